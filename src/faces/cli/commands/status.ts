import { openLedger } from '../../../app/operations/by-hand.ts';
import { checkNames } from '../../../app/operations/find.ts';
import { status } from '../../../app/operations/status.ts';
import { count, examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { narrow, statusLines } from '../status-lines.ts';
import type { StatusFilter } from '../status-lines.ts';

/** `coo status`: everything at a glance. */
export const defineStatus: Define = (program, act) => {
  program
    .command('status')
    .description('plans, steps, seats, breaker, manager and ledger at a glance')
    .option('--ready', 'only steps that can be claimed now')
    .option('--seat <seat>', 'only what this seat does')
    .option('--plan <plan_id>', 'only this plan')
    .option('--limit <n>', 'so many ended plans at most', count)
    .addHelpText('after', examples('coo status', 'coo status --ready', "coo status --json | jq '.plans[] | select(.state == \"blocked\")'"))
    .action(async (options: StatusFilter & { plan?: string; limit?: number }) =>
      act(async ({ out, ledger }) => {
        const world = await ledger();
        const session = await openLedger(world);
        await checkNames(session, { ...(options.plan === undefined ? {} : { plan_id: options.plan }), ...(options.seat === undefined ? {} : { seat: options.seat }) });
        const whole = await status(session, { ...(options.limit === undefined ? {} : { limit: options.limit }), ...(options.plan === undefined ? {} : { plan_id: options.plan }) });
        const shown = narrow(whole, options);
        out.show(shown, () => statusLines(shown, { style: out.style, columns: out.columns, now_ms: world.clock.now(), whole: !(options.ready ?? false) && options.seat === undefined }));
        return EXIT.ok;
      }),
    );
};
