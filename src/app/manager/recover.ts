import { mendBranches, mendSplit } from '../ledger/mend.ts';
import { SHOWN, restoreFolder } from '../ledger/mirror.ts';
import { endNotices } from '../notify/send.ts';
import { isCheckpointed } from './checkpoint.ts';
import { ownerText } from './owner-text.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';
import { rebuildClaims } from './views.ts';

/** Finishes what a dead manager may have left half done: programs that it told something, locks, moves of checked-out branches, branches behind the ledger, views. */
export async function recover(desk: Desk): Promise<void> {
  const { world, session } = desk;
  await endNotices(world, session.state.ledger);
  for (const note of world.git.mended()) say(desk, 'warn', 'lock.removed', `${note}: the lock of a dead appender was removed`);
  // Before the worktrees: they follow to where their branch stands.
  for (const mended of await mendSplit(session)) say(desk, 'info', 'branch.mended', mended);
  const resumed = await world.work.resumeMoves((owner) => ownerText(owner) !== session.state.epoch?.manager);
  for (const branch of resumed.finished) say(desk, 'info', 'move.finished', `${branch}: a move that was cut short is finished`);
  for (const waiting of resumed.waiting) say(desk, 'warn', 'worktree.waits', `${waiting.message}\n  fix: ${waiting.fix}`);
  const { mended, apart } = await mendBranches(session);
  for (const message of mended) say(desk, 'info', 'branch.mended', message);
  for (const message of apart) say(desk, 'warn', 'branch.moved', message);
  await showAll(desk);
}

/** Mirror and claim views, as far as they are missing or an entry has written them anew: at a start, and once a folder that stood wrong is back. */
export async function showAll(desk: Desk): Promise<void> {
  const { world, session, worktrees, folders } = desk;
  for (const worktree of worktrees.slice(0, 1)) {
    for (const top of SHOWN) await folders.tend(`${worktree}/${top}`, 'restoring', [], async () => restoreFolder(world, session, worktree, top, isCheckpointed));
  }
  await rebuildClaims(desk);
}
