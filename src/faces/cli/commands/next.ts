import { next } from '../../../app/operations/next.ts';
import { claimedLines, claimedView, SESSION, sessionOf } from '../claimed-lines.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { orderLines } from '../order-lines.ts';

/** `coo next`: the best step for a seat, claimed, with its order. */
export const defineNext: Define = (program, act) => {
  program
    .command('next')
    .description('choose the best ready step for a seat, claim it and print its order; exit 75 when there is nothing to do')
    .requiredOption('--seat <seat>', 'who takes it: a seat of _plans/coo.yaml')
    .option(...SESSION)
    .addHelpText('after', examples('coo next --seat you', 'coo next --seat you --json | jq .work_order.objective'))
    .action(async (options: { seat: string; session?: string }) =>
      act(async ({ host, out, ledger }) => {
        const world = await ledger();
        const nonce = sessionOf(host, world, options);
        const answer = await next(world, { seat: options.seat, nonce });
        if (!answer.ok) return out.refuse(answer.rejection);
        const { claimed, order } = answer;
        out.show({ ...claimedView(claimed, nonce), schema: 'coo/next.v1', work_order: order }, () => claimedLines(claimed, orderLines(order)));
        return EXIT.ok;
      }),
    );
};
