import { openLedger } from '../../../app/operations/by-hand.ts';
import { diskUse } from '../../../app/operations/disk-use.ts';
import { checkNames } from '../../../app/operations/find.ts';
import { status } from '../../../app/operations/status.ts';
import { count, examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { statusLines } from '../status-lines.ts';
import { statusView } from '../status-view.ts';

/** `coo status`: everything at a glance. */
export const defineStatus: Define = (program, act) => {
  program
    .command('status')
    .description('plans, steps, seats, breaker, manager and ledger at a glance')
    .option('--ready', 'only steps that can be claimed now, the best 20; with --seat those that this seat can claim')
    .option('--seat <seat>', 'only what this seat does')
    .option('--plan <plan_id>', 'only this plan')
    .option('--limit <n>', 'so many steps at most, those at work and those in need of somebody first; and so many ended plans', count)
    .option('--all', 'every step also with --json, which shows the 40 that matter first unless a plan or a seat is named')
    .option('--disk', 'also what coo takes on the disk; that is counted file by file')
    .addHelpText('after', examples('coo status', 'coo status --ready --seat you', 'coo status --json --limit 20', "coo status --json | jq '.plans[] | select(.state == \"blocked\")'"))
    .action(async ({ plan, disk, all, ...asked }: { ready?: boolean; seat?: string; plan?: string; limit?: number; all?: boolean; disk?: boolean }) =>
      act(async ({ host, out, ledger }) => {
        const world = await ledger();
        const session = await openLedger(world);
        const ask = { ...asked, brief: out.json && all !== true, ...(plan === undefined ? {} : { plan_id: plan }) };
        await checkNames(session, { ...(plan === undefined ? {} : { plan_id: plan }), ...(asked.seat === undefined ? {} : { seat: asked.seat }) });
        const shown = await status(session, ask);
        const used = disk === true ? await diskUse(world, await host.machine(), session.state.ledger) : undefined;
        out.show(statusView(shown, used), () => statusLines(shown, { used, style: out.style, columns: out.columns, now_ms: world.clock.now(), whole: !(asked.ready ?? false) && asked.seat === undefined }));
        return EXIT.ok;
      }),
    );
};
