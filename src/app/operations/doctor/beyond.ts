import { sha256Hex } from '../../../format/canonical.ts';
import type { GitObject, Oid } from '../../../ports/git-store.ts';
import { readIfRegular } from '../../faults.ts';
import { ledgerCommit, readLedgerCommit } from '../../ledger/commit.ts';
import { copiesAfter } from '../../ledger/copies.ts';
import type { CopiedEntry } from '../../ledger/copies.ts';
import { readHome } from '../../ledger/home.ts';
import type { RefNames } from '../../ledger/names.ts';
import type { Companion } from '../../ledger/publish.ts';
import type { LedgerSession } from '../../ledger/session.ts';
import { LedgerTree } from '../../ledger/tree.ts';
import type { LedgerWorld } from '../../world.ts';
import type { Found } from './check.ts';

const FILE_CAP = 67_108_864;

/**
 * Entries that a worktree still shows and neither the branch nor `refs/coo/seen` has: committed again from their copies, which gives the same commits. Put back
 * are those whose files are all shown, as far as they continue what the branch has; another history than the branch's is for a person.
 */
export async function shownBeyond(world: LedgerWorld, refs: RefNames, session: LedgerSession | undefined, worktrees: readonly string[]): Promise<readonly Found[]> {
  const home = await readHome(world);
  if (home === undefined || home.left !== undefined) return [];
  const { seq, prev, head } = session ?? { seq: 0, prev: '', head: null };
  for (const worktree of worktrees) {
    const copies = await copiesAfter(world, worktree, refs.ledger, { ledger: home.ledger, seq, head });
    const [first] = copies;
    if (first === undefined) continue;
    const message = `${refs.ledger} ${head === null ? 'is gone' : `ends with entry ${String(seq)}`}, and ${worktree}/_report/ledger shows entries up to ${String(copies.at(-1)?.entry.seq)}`;
    if (first.entry.prev !== prev) return [{ check: 'ledger', state: 'bad', message: `${message}, which do not continue it`, fix: 'keep both, and compare them with what another clone has seen: coo verify --against <remote|clone>' }];
    return [{ check: 'ledger', state: 'bad', message, fix: 'coo doctor --repair', mend: { what: 'put them back from these copies', run: async () => putBack(world, refs, head, copies, worktrees) } }];
  }
  return [];
}

async function putBack(world: LedgerWorld, refs: RefNames, before: Oid | null, copies: readonly CopiedEntry[], worktrees: readonly string[]): Promise<string> {
  const { git } = world;
  const tree = new LedgerTree(git, before === null ? null : (await readLedgerCommit(git, before)).tree);
  const objects: GitObject[] = [];
  let parent = before;
  let prev = copies[0]?.entry.prev;
  let last = 0;
  for (const { entry, path, bytes, sha256 } of copies) {
    if (entry.prev !== prev) break;
    const files: Companion[] = [];
    for (const file of entry.files) files.push({ path: file.path, bytes: await shownFile(world, worktrees, file) });
    const put = await tree.put([{ path, bytes }, ...files]);
    const commit = ledgerCommit({ tree: put.root, parent, seq: entry.seq, at_ms: Date.parse(entry.at), events: entry.events });
    objects.push(...put.objects, commit);
    parent = git.idOf(commit);
    prev = sha256;
    last = entry.seq;
  }
  await git.write(objects);
  const swapped = parent === null ? undefined : await git.swap([{ ref: refs.ledger, before, after: parent }]);
  if (swapped?.kind !== 'done') throw new Error(`${refs.ledger} moved meanwhile: run coo doctor again`);
  return `${refs.ledger} is at entry ${String(last)} again; now: coo verify`;
}

/** The bytes that an entry names, wherever a worktree has them: the record's copies, or an author's own file that is still the same. */
async function shownFile({ files }: LedgerWorld, worktrees: readonly string[], { path, sha256 }: { readonly path: string; readonly sha256: string }): Promise<Uint8Array> {
  for (const worktree of worktrees) {
    const bytes = await readIfRegular(files, `${worktree}/${path}`, FILE_CAP);
    if (bytes !== undefined && sha256Hex(bytes) === sha256) return bytes;
  }
  throw new Error(`${path}, which they name, is shown nowhere as it was; fetch the branch from a clone that has it`);
}
