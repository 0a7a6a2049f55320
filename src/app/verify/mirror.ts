import { copiesAfter } from '../ledger/copies.ts';
import type { End } from '../ledger/copies.ts';
import { isMirrored } from '../ledger/mirror.ts';
import type { Leaf } from '../ledger/tree.ts';
import type { LedgerWorld } from '../world.ts';
import { FILE_CAP } from './files.ts';
import type { Findings } from './findings.ts';

/** Entries that the worktree shows after the last one of the branch: it went back, and these copies are what is left of them. */
export async function checkBeyond(world: LedgerWorld, worktree: string, branch: string, end: End, findings: Findings): Promise<void> {
  const copies = await copiesAfter(world, worktree, branch, end);
  const [first] = copies;
  if (first === undefined) return;
  findings.say('COPY_BEYOND', first.path, `this worktree shows entries up to ${String(copies.at(-1)?.entry.seq)}, and the branch ends with ${String(end.seq)}: the rest was taken off it`, 'coo doctor --repair');
}

/** The plain files of the worktree that mirror the record: a changed one is a finding, a missing one is only a view that is not there. */
export async function checkMirror(world: LedgerWorld, worktree: string, leaves: readonly Leaf[], findings: Findings): Promise<void> {
  const names = new Map<string, ReadonlySet<string>>();
  for (const { path, id } of leaves) {
    if (!isMirrored(path)) continue;
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, cut);
    // Most clones show no mirror: one look a folder tells.
    const there = names.get(folder) ?? new Set(await world.files.list(`${worktree}/${folder}`));
    names.set(folder, there);
    if (!there.has(path.slice(cut + 1))) continue;
    const info = await world.files.info(`${worktree}/${path}`);
    if (info === undefined) continue;
    const same = info.kind === 'file' && info.size <= FILE_CAP && world.git.idOf({ type: 'blob', bytes: await world.files.read(`${worktree}/${path}`, FILE_CAP) }) === id;
    if (!same) findings.say('MIRROR_CHANGED', path, 'the copy in this worktree is not what the ledger branch holds: one of the two was changed', `git log -- ${path} tells whether the copy was committed; if it is the copy that is wrong: coo verify --restore`);
  }
}
