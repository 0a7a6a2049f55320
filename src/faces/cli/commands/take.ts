import { stepOf } from '../../../app/operations/manage.ts';
import { seize } from '../../../app/operations/seize.ts';
import { claimedLines, claimedView, SESSION, sessionOf } from '../claimed-lines.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { needsReason } from '../reasoned.ts';
import type { Reasoned } from '../reasoned.ts';

/** `coo take`: a step changes hands by a person's word. */
export const defineTake: Define = (program, act) => {
  needsReason(program.command('take').description('take a step from whoever holds it; its worker is stopped first (exit 75: it could not be stopped in time)'))
    .argument('<step>', '<plan_id>/<step_id>')
    .requiredOption('--seat <seat>', 'who takes it: a seat of _plans/coo.yaml')
    .option(...SESSION)
    .addHelpText('after', examples("coo take hello/greet --seat you --reason 'it goes in circles'"))
    .action(async (step: string, options: Reasoned & { seat: string; session?: string }) =>
      act(async ({ host, out, ledger }) => {
        const at = stepOf(step);
        const world = await ledger();
        const nonce = sessionOf(host, world, options);
        const onWait = (): void => out.note(`${plain(step)} is kept for ${plain(options.seat)}; its worker is being stopped`);
        const answer = await seize(world, { ...at, seat: options.seat, nonce, by: host.user, reason: options.reason, onWait });
        if (!answer.ok) return out.refuse(answer.rejection);
        out.show(claimedView(answer.claimed, nonce), () => claimedLines(answer.claimed));
        return EXIT.ok;
      }),
    );
};
