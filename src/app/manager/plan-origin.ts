import type { PlanId } from '../../kernel/ids.ts';
import { unsaid } from '../folders.ts';
import { cooPaths } from '../layout.ts';
import { storedBytes, tryParse } from '../stored.ts';
import type { LedgerWorld } from '../world.ts';

const CAP = 65_536;

/** The worktree whose file an accepted text of a plan came from last, in this clone; undefined where that is not known. */
export async function planOrigin({ files, layout }: Pick<LedgerWorld, 'files' | 'layout'>, plan_id: PlanId): Promise<string | undefined> {
  return unsaid(files).tend(cooPaths.origins(layout), 'taking', undefined, async () => {
    const path = cooPaths.origin(layout, plan_id);
    if ((await files.info(path))?.kind !== 'file') return undefined;
    const stored = tryParse<{ readonly worktree?: unknown }>(await files.read(path, CAP));
    return typeof stored?.worktree === 'string' ? stored.worktree : undefined;
  });
}

/** Remembers it: another worktree's text of the same plan is then taken by hand only. Where it cannot be written the plan came in all the same. */
export async function keepOrigin({ files, layout }: Pick<LedgerWorld, 'files' | 'layout'>, plan_id: PlanId, worktree: string): Promise<void> {
  await unsaid(files).tend(cooPaths.origins(layout), 'showing', undefined, async () => {
    await files.folder(cooPaths.origins(layout));
    await files.replaceView(cooPaths.origin(layout, plan_id), storedBytes({ schema: 'coo/plan-origin.v1', worktree }));
  });
}
