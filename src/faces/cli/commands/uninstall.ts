import { openLedger } from '../../../app/operations/by-hand.ts';
import { gc } from '../../../app/operations/gc.ts';
import { removeHooks } from '../../../app/operations/hooks.ts';
import { dropService } from '../../../app/operations/service.ts';
import { refuseUnrescued, uninstall } from '../../../app/operations/uninstall.ts';
import { examples } from '../command.ts';
import type { Define } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { plain } from '../plain.ts';
import { configHome } from './init.ts';

/** `coo uninstall`: leaves a readable ledger, and nothing else. */
export const defineUninstall: Define = (program, act) => {
  program
    .command('uninstall')
    .description('take coo out of this clone: hooks, views, .git/coo; the ledger, branches and whatever you wrote stay')
    .option('--dry-run', 'only say what would be removed')
    .addHelpText('after', examples('coo uninstall --dry-run', 'coo uninstall'))
    .action(async ({ dryRun = false }: { dryRun?: boolean }) =>
      act(async ({ host, folder, out }) => {
        const world = await host.world(folder, { say: () => undefined });
        const worktrees = await Promise.all((await host.worktrees(world)).map(async (worktree) => ({ folder: worktree, history: (await host.guard(worktree)).history })));
        try {
          const session = await openLedger(world, 'all');
          const options = { worktrees, assets: await host.assets(), dryRun };
          // Refuses before anything is touched; what attempts left unmerged is rescued before their workspaces go.
          const planned = await uninstall(session, { ...options, dryRun: true });
          if (!dryRun) refuseUnrescued(await gc(world, session, false));
          const hooks = dryRun ? [] : (await removeHooks({ world, folder: await (await host.operator(folder)).hooksFolder(), program: host.program })).changed;
          const done = dryRun ? planned : await uninstall(session, options);
          const service = await dropService(world, configHome(host.env), dryRun);
          const shown = { ...done, removed: [...hooks.map((hook) => `hook ${hook}`), ...(service === null ? [] : [service.path]), ...done.removed] };
          out.show(shown, () => [
            ...(service === null ? [] : [`note: systemd may know the unit still: systemctl --user disable ${service.name}; systemctl --user daemon-reload`]),
            ...shown.removed.map((path) => `${dryRun ? 'would remove' : 'removed'}  ${plain(path)}`),
            ...shown.kept.map(({ path, why }) => `kept  ${plain(path)}: ${plain(why)}`),
          ]);
          return EXIT.ok;
        } finally {
          for (const { history } of worktrees) await history.close();
          await world.work.close();
          await world.git.close();
        }
      }),
    );
};
