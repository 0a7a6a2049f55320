import type { GitObject, Oid } from '../../../ports/git-store.ts';
import { readIfRegular } from '../../faults.ts';
import { nearestOfCoo, readLedgerCommit } from '../../ledger/commit.ts';
import { isMirrored } from '../../ledger/mirror.ts';
import type { RefNames } from '../../ledger/names.ts';
import { LedgerTree } from '../../ledger/tree.ts';
import type { Leaf } from '../../ledger/tree.ts';
import type { LedgerWorld } from '../../world.ts';
import type { Found } from './check.ts';

const FILE_CAP = 67_108_864;

/**
 * The end of the ledger, where the branch lost it and `refs/coo/seen` still holds it: put back as it was, commit by commit. Nothing is found where the
 * branch holds anything that was not seen: that is somebody else's ledger, and a person looks.
 */
export async function lostEnd({ git }: LedgerWorld, refs: RefNames): Promise<readonly Found[]> {
  const [seen, now] = [await git.ref(refs.seen), await git.ref(refs.ledger)];
  if (seen === null || seen === now) return [];
  const last = await readLedgerCommit(git, seen);
  const stands = now === null ? null : await nearestOfCoo(git, now);
  // Nobody's commit is taken off a branch without a word: a person types it.
  if (stands === undefined || (now !== null && stands?.id !== now)) return [{ check: 'ledger', state: 'bad', message: `${refs.ledger} stands at ${now ?? ''}, which coo did not make; entry ${String(last.seq)} (${seen}) was seen last`, fix: `git branch ledger-aside ${now ?? ''} && git update-ref ${refs.ledger} ${seen}; then coo verify` }];
  let at = last;
  while (stands !== null && at.seq > stands.seq && at.parent !== null) at = await readLedgerCommit(git, at.parent);
  if (stands !== null && at.id !== stands.id) return [];
  const lost = last.seq - (stands?.seq ?? 0);
  const run = async (): Promise<string> => {
    const swapped = await git.swap([{ ref: refs.ledger, before: now, after: seen }]);
    if (swapped.kind !== 'done') throw new Error(`${refs.ledger} moved meanwhile: run coo doctor again`);
    return `${refs.ledger} is at entry ${String(last.seq)} again`;
  };
  return [{ check: 'ledger', state: 'bad', message: `${refs.ledger} ${stands === null ? 'is gone' : `ends with entry ${String(stands.seq)}`}, and this clone remembers ${String(last.seq)}: ${String(lost)} entries were taken off`, fix: 'coo doctor --repair', mend: { what: 'put them back', run } }];
}

/** Files of the record that are no longer in git: those that a worktree still shows, byte for byte, go back. */
export async function lostFiles(world: LedgerWorld, refs: RefNames, worktrees: readonly string[]): Promise<readonly Found[]> {
  const { git } = world;
  const head = await git.ref(refs.ledger);
  if (head === null) return [];
  const leaves = await new LedgerTree(git, (await readLedgerCommit(git, head)).tree).leaves();
  const lost: Leaf[] = [];
  await git.readMany(leaves.map(({ id }) => id), FILE_CAP, (object, at) => {
    const leaf = leaves[at];
    if (object === null && leaf !== undefined) lost.push(leaf);
  });
  if (lost.length === 0) return [];
  const shown: GitObject[] = [];
  for (const leaf of lost) {
    const blob = await shownAs(world, worktrees, leaf.path, leaf.id);
    if (blob !== undefined) shown.push(blob);
  }
  const left = lost.length - shown.length;
  const message = `${String(lost.length)} files of the record are not in this clone's objects any more (${lost[0]?.path ?? ''})`;
  const elsewhere = 'git fetch them from a clone that has them: git -C <clone> push <this repository> coo/ledger:refs/heads/rescued-ledger';
  if (shown.length === 0) return [{ check: 'ledger', state: 'bad', message, fix: elsewhere }];
  const run = async (): Promise<string> => {
    await git.write(shown);
    return `${String(shown.length)} files are in the objects again, byte for byte${left === 0 ? '' : `; ${String(left)} are shown nowhere here`}`;
  };
  return [{ check: 'ledger', state: 'bad', message, fix: left === 0 ? 'coo doctor --repair' : elsewhere, mend: { what: `put ${String(shown.length)} back from the copies in a worktree`, run } }];
}

async function shownAs({ files, git }: LedgerWorld, worktrees: readonly string[], path: string, id: Oid): Promise<GitObject | undefined> {
  if (!isMirrored(path)) return undefined;
  for (const worktree of worktrees) {
    const bytes = await readIfRegular(files, `${worktree}/${path}`, FILE_CAP);
    const blob: GitObject | undefined = bytes === undefined ? undefined : { type: 'blob', bytes };
    if (blob !== undefined && git.idOf(blob) === id) return blob;
  }
  return undefined;
}
