import { openLedger } from '../../../app/operations/by-hand.ts';
import { gc } from '../../../app/operations/gc.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { lineTeller } from '../run/teller.ts';

/** `coo gc`: tidies what ended attempts left behind. */
export const defineGc: Define = (program, act) => {
  program
    .command('gc')
    .description('remove what ended attempts and dead processes left (unmerged work is rescued first), logs older than 30 days, and pack the ledger')
    .option('--dry-run', 'only say what would be removed')
    .addHelpText('after', examples('coo gc --dry-run', 'coo gc'))
    .action(async (options: { dryRun?: boolean }) =>
      act(async ({ host, folder, out }) => {
        const dry = options.dryRun ?? false;
        const world = await host.world(folder, out.json ? { say: () => undefined } : lineTeller(out).log);
        try {
          const collected = await gc(world, await openLedger(world, 'all'), dry);
          out.show(collected, () => [
            ...collected.rescued.map((order) => `rescued  ${plain(order)}  (refs/coo/rescue/${plain(order)})`),
            ...collected.removed.map((order) => `${dry ? 'would remove' : 'removed'}  ${plain(order)}`),
            ...collected.swept.map(({ path, why }) => `${dry ? 'would remove' : 'removed'}  ${plain(path)}: ${plain(why)}`),
            ...collected.kept.map(({ order_id, why }) => `kept  ${plain(order_id)}: ${plain(why)}`),
            ...(collected.removed.length + collected.swept.length === 0 ? ['nothing to remove'] : []),
            ...(dry ? [] : ['the ledger is packed']),
          ]);
          return EXIT.ok;
        } finally {
          await world.work.close();
          await world.git.close();
        }
      }),
    );
};
