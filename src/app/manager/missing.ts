import { orderPath } from '../../format/order.ts';
import { isFault } from '../faults.ts';
import { busPaths } from '../layout.ts';
import { mirror } from '../ledger/mirror.ts';
import type { Desk } from './shared.ts';

const ORDER_CAP = 4_194_304;
const encoder = new TextEncoder();

/** Puts back what an agent with only a shell cannot do without, where somebody removed it: the page, and the orders of live claims. */
export async function showWhatIsMissing(desk: Desk): Promise<void> {
  await showPage(desk);
  await showOrders(desk);
}

/** In the worktree that the manager runs in, and never over what stands there: a page that somebody wrote themselves stays. */
async function showPage({ world: { files }, worktrees, folders, page }: Desk): Promise<void> {
  if (page === undefined) return;
  for (const worktree of worktrees.slice(0, 1)) {
    const folder = busPaths.bus(worktree);
    await folders.tend(folder, 'showing', undefined, async () => {
      if ((await files.info(`${folder}/README.md`)) !== undefined) return;
      await files.folder(folder);
      try {
        await files.create(`${folder}/README.md`, encoder.encode(page));
      } catch (cause) {
        if (!isFault(cause, 'FILE_EXISTS')) throw cause;
      }
    });
  }
}

/** In the worktree that shows the record. Orders of claims that ended come back by `coo doctor --repair`. */
async function showOrders({ world, session, worktrees, folders }: Desk): Promise<void> {
  for (const worktree of worktrees.slice(0, 1)) {
    for (const { plan_id, step_id, fence } of session.state.claims.values()) {
      const path = orderPath(plan_id, step_id, fence);
      if ((await world.files.info(`${worktree}/${path}`)) !== undefined) continue;
      const bytes = await session.file(path, ORDER_CAP);
      if (bytes !== null) await mirror(world, folders, [worktree], [{ path, bytes }]);
    }
  }
}
