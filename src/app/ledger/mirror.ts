import type { Folders } from '../folders.ts';
import type { Companion } from './publish.ts';
import type { LedgerSession } from './session.ts';
import type { LedgerWorld } from '../world.ts';

/** What of the ledger's branch is shown as plain files in a worktree: the record and the orders. Accepted plan bytes are not: `_plans` is the author's. */
export const SHOWN = ['_report', '_bus/orders'] as const;
const FILE_CAP = 67_108_864;

export function isMirrored(path: string): boolean {
  return SHOWN.some((top) => path.startsWith(`${top}/`));
}

/** Whether a worktree is one that shows the bus: somebody's place to work from, not a checkout for a single step. */
export async function showsBus(world: Pick<LedgerWorld, 'files'>, worktree: string): Promise<boolean> {
  return (await world.files.info(`${worktree}/_bus`))?.kind === 'folder';
}

/** The worktrees that a manager looks after: the one it runs in, and the others that show the bus. */
export async function busWorktrees(world: Pick<LedgerWorld, 'files'>, all: readonly string[]): Promise<readonly string[]> {
  const shown: string[] = [];
  for (const [at, worktree] of all.entries()) if (at === 0 || (await showsBus(world, worktree))) shown.push(worktree);
  return shown;
}

/** Writes what was just published. */
export async function mirror(world: LedgerWorld, folders: Folders, worktrees: readonly string[], files: readonly Companion[]): Promise<void> {
  for (const worktree of worktrees) {
    for (const top of SHOWN) {
      const under = files.filter(({ path }) => path.startsWith(`${top}/`));
      if (under.length === 0) continue;
      await folders.tend(`${worktree}/${top}`, 'showing', undefined, async () => {
        for (const { path, bytes } of under) await write(world, `${worktree}/${path}`, bytes);
      });
    }
  }
}

async function write(world: LedgerWorld, path: string, bytes: Uint8Array): Promise<void> {
  await world.files.folder(path.slice(0, path.lastIndexOf('/')));
  await world.files.replaceView(path, bytes);
}

/** Puts back every file of the mirror that is missing; with `changed`, also those whose bytes are others. Returns what was written. */
export async function restoreMirror(world: LedgerWorld, session: LedgerSession, worktree: string, changed: boolean): Promise<readonly string[]> {
  const written: string[] = [];
  for (const top of SHOWN) written.push(...(await restoreFolder(world, session, worktree, top, () => changed)));
  return written;
}

/** The same for one of its folders. `compares`: files that are put back also where their bytes are others. */
export async function restoreFolder(world: LedgerWorld, session: LedgerSession, worktree: string, top: (typeof SHOWN)[number], compares: (path: string) => boolean): Promise<readonly string[]> {
  const written: string[] = [];
  for await (const { path, id } of wanting(world, session, worktree, top, compares)) {
    const blob = await world.git.read(id, FILE_CAP);
    if (blob === null) continue;
    await write(world, `${worktree}/${path}`, blob.bytes);
    written.push(path);
  }
  return written;
}

/** Whether a file of the mirror is missing. */
export async function mirrorLacks(world: LedgerWorld, session: LedgerSession, worktree: string): Promise<boolean> {
  for (const top of SHOWN) if ((await wanting(world, session, worktree, top, () => false).next()).done !== true) return true;
  return false;
}

async function* wanting(world: LedgerWorld, session: LedgerSession, worktree: string, folder: string, compares: (path: string) => boolean): AsyncGenerator<{ readonly path: string; readonly id: string }> {
  const there = new Set(await world.files.list(`${worktree}/${folder}`));
  for (const item of await session.tree.list(folder)) {
    const path = `${folder}/${item.name}`;
    if (item.folder) yield* wanting(world, session, worktree, path, compares);
    else if (!there.has(item.name) || (compares(path) && !(await same(world, `${worktree}/${path}`, item.id)))) yield { path, id: item.id };
  }
}

async function same(world: LedgerWorld, path: string, id: string): Promise<boolean> {
  const info = await world.files.info(path);
  if (info?.kind !== 'file' || info.size > FILE_CAP) return false;
  return world.git.idOf({ type: 'blob', bytes: await world.files.read(path, FILE_CAP) }) === id;
}
