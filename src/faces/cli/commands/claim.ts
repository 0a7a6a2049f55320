import { claim } from '../../../app/operations/claim.ts';
import { stepOf } from '../../../app/operations/manage.ts';
import { claimedLines, claimedView, SESSION, sessionOf } from '../claimed-lines.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `coo claim`: takes a step for a seat. */
export const defineClaim: Define = (program, act) => {
  program
    .command('claim')
    .description('take a step: nobody else can work on it while the claim lives')
    .argument('<step>', '<plan_id>/<step_id>')
    .requiredOption('--seat <seat>', 'who takes it: a seat of _plans/coo.yaml')
    .option(...SESSION)
    .addHelpText('after', examples('coo claim hello/greet --seat you', 'coo claim hello/greet --seat you --json | jq -r .order'))
    .action(async (step: string, options: { seat: string; session?: string }) =>
      act(async ({ host, out, ledger }) => {
        const at = stepOf(step);
        const world = await ledger();
        const nonce = sessionOf(host, world, options);
        const answer = await claim(world, { ...at, seat: options.seat, nonce });
        if (!answer.ok) return out.refuse(answer.rejection);
        const { claimed } = answer;
        out.show(claimedView(claimed, nonce), () => claimedLines(claimed));
        return EXIT.ok;
      }),
    );
};
