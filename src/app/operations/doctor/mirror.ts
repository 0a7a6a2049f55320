import { mirrorLacks, restoreMirror } from '../../ledger/mirror.ts';
import { busPaths } from '../../layout.ts';
import type { LedgerSession } from '../../ledger/session.ts';
import type { LedgerWorld } from '../../world.ts';
import { needsLedger } from './check.ts';
import type { Check, Found } from './check.ts';
import { steady } from './steady.ts';

/** Whether the worktrees that show the bus show all of the record. A file that was changed there is a finding of `coo verify`. */
export const mirrorCheck: Check = async ({ world, session, worktrees }) => {
  if (session?.home === undefined) return needsLedger('mirror');
  const found = await steady(session, async () => lacking(world, session, world.layout.worktree === null ? [] : await mirroring(world, worktrees)));
  return found.length > 0 ? found : [{ check: 'mirror', state: 'ok', message: 'worktrees show the record' }];
};

/** The first worktree, and others in which coo wrote orders before: a bare `_bus` that somebody made is no wish for the whole record. */
async function mirroring(world: LedgerWorld, worktrees: readonly string[]): Promise<readonly string[]> {
  const shown: string[] = [];
  for (const [at, worktree] of worktrees.entries()) if (at === 0 || (await world.files.info(busPaths.orders(worktree)))?.kind === 'folder') shown.push(worktree);
  return shown;
}

async function lacking(world: LedgerWorld, session: LedgerSession, worktrees: readonly string[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const worktree of worktrees) {
    if (!(await mirrorLacks(world, session, worktree))) continue;
    const mend = async (): Promise<string> => `${String((await restoreMirror(world, session, worktree, false)).length)} files are written to ${worktree}/_report and ${worktree}/_bus/orders`;
    found.push({ check: 'mirror', state: 'warn', message: `${worktree} does not show all of the record`, fix: 'coo doctor --repair', mend: { what: 'write the missing files', run: mend } });
  }
  return found;
}
