import { entryPath, loadEntry } from '../../format/entry.ts';
import type { LoadedEntry } from '../../format/entry.ts';
import type { State } from '../../kernel/state.ts';
import type { Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { readIfRegular } from '../faults.ts';
import type { LedgerWorld } from '../world.ts';
import { readCacheHead } from './cache.ts';
import type { Home } from './home.ts';
import { refNames } from './names.ts';
import type { RefNames } from './names.ts';

/** An entry as a worktree shows it. */
export interface CopiedEntry {
  readonly entry: LoadedEntry;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** The end of a ledger, as a branch has it. */
export interface End {
  readonly ledger: string;
  readonly seq: number;
  /** The commit of that entry; null = there is no branch. */
  readonly head: Oid | null;
}

const ENTRY_CAP = 4_194_304;

async function copyAfter({ files }: Pick<LedgerWorld, 'files'>, worktree: string | null, { ledger, seq }: Omit<End, 'head'>): Promise<CopiedEntry | undefined> {
  const path = entryPath(seq + 1);
  const bytes = worktree === null ? undefined : await readIfRegular(files, `${worktree}/${path}`, ENTRY_CAP);
  const parsed = bytes === undefined ? undefined : loadEntry(bytes, path);
  return bytes === undefined || parsed?.ok !== true || parsed.entry.ledger !== ledger || parsed.entry.seq !== seq + 1 ? undefined : { entry: parsed.entry, path, bytes, sha256: parsed.sha256 };
}

/**
 * The copies that a worktree shows after the end of the branch, as far as none is missing. An entry is published before it is shown, so a branch that still
 * ends there lost them.
 */
export async function copiesAfter(world: Pick<LedgerWorld, 'files' | 'git'>, worktree: string | null, branch: string, { head, ...end }: End): Promise<readonly CopiedEntry[]> {
  const copies: CopiedEntry[] = [];
  for (let { seq } = end; ; seq += 1) {
    const copy = await copyAfter(world, worktree, { ...end, seq });
    if (copy === undefined) break;
    copies.push(copy);
  }
  return copies.length > 0 && (await world.git.ref(branch)) === head ? copies : [];
}

/**
 * Refuses to append where this worktree shows a later entry than the branch has: the branch went back, and `refs/coo/seen` with it, and another
 * entry under that number would be a fork.
 */
export async function requireNewest(world: LedgerWorld, refs: RefNames, home: Home | undefined, { ledger, seq, head }: Omit<End, 'ledger'> & Pick<State, 'ledger'>): Promise<void> {
  const known = ledger ?? home?.ledger;
  const copies = known === undefined ? [] : await copiesAfter(world, world.layout.worktree, refs.ledger, { ledger: known, seq, head });
  const last = copies.at(-1);
  if (last !== undefined) throw wentBack(refs, seq, `${world.layout.worktree ?? ''}/${last.path} shows entry ${String(last.entry.seq)}`);
}

/** Of the home of a ledger whose branch is gone: what says that there was one. Undefined where nothing does. */
export async function lostLedger(world: LedgerWorld, home: Home | undefined): Promise<Failure | undefined> {
  if (home === undefined || home.left !== undefined) return undefined;
  const refs = refNames(home.prefix);
  const copies = await copiesAfter(world, world.layout.worktree, refs.ledger, { ledger: home.ledger, seq: 0, head: null });
  if (copies.length > 0) return wentBack(refs, 0, `${world.layout.worktree ?? ''}/_report/ledger shows ${String(copies.length)} entries of ledger ${home.ledger}`);
  const cached = await readCacheHead(world);
  if (cached === undefined || cached.state.ledger !== home.ledger) return undefined;
  return new Failure({ code: 'LEDGER_REWOUND', message: `${refs.ledger} is gone, and this clone is the home of ledger ${home.ledger}, which had ${String(cached.seq)} entries`, fix: `put it back: git update-ref ${refs.ledger} ${cached.head}; then coo verify`, exit: 7 });
}

function wentBack(refs: RefNames, seq: number, shown: string): Failure {
  return new Failure({ code: 'LEDGER_REWOUND', message: `${refs.ledger} ${seq === 0 ? 'is gone' : `ends with entry ${String(seq)}`}, but ${shown}: entries were taken off the branch`, fix: 'coo doctor --repair puts them back; to give them up for good, move _report/ledger aside first', exit: 7 });
}
