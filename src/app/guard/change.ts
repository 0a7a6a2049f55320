import type { Oid } from '../../ports/git-store.ts';
import type { History, HistoryCommit, KnownCommits, TreeChange, TreePair } from '../../ports/history.ts';

/** A commit of the range, and what it changed against each of its parents; against nothing where it has none. */
export interface RangeCommit extends HistoryCommit {
  readonly differences: readonly (readonly TreeChange[])[];
}

/** What is looked at. */
export interface Change {
  /** The full name of the ref that the range is of, where it is known. */
  readonly ref: string | null;
  /** The side that policy is read from; null = there is none. */
  readonly base: Oid | null;
  readonly head: Oid;
  /** Parents before children. */
  readonly commits: readonly RangeCommit[];
}

/** Reads a range: all of its commits and all of their differences, merges against every parent. */
export async function readChange(history: History, at: { readonly ref: string | null; readonly base: Oid | null; readonly head: Oid; readonly known: KnownCommits }): Promise<Change> {
  const commits = await history.range([at.head], at.known);
  const trees = new Map(commits.map((commit) => [commit.id, commit.tree]));
  const pairs = commits.flatMap(({ tree, parents }): readonly TreePair[] => (parents.length === 0 ? [{ before: null, after: tree }] : parents.map((parent) => ({ before: trees.get(parent) ?? parent, after: tree }))));
  const differences = await history.differences(pairs);
  let from = 0;
  const changed: RangeCommit[] = [];
  for (const commit of commits) {
    const end = from + Math.max(1, commit.parents.length);
    changed.push({ ...commit, differences: differences.slice(from, end) });
    from = end;
  }
  return { ref: at.ref, base: at.base, head: at.head, commits: changed };
}

/** What a commit brought in itself: of a merge only what equals none of its parents. */
export function ownChanges({ differences }: RangeCommit): readonly TreeChange[] {
  const [first = [], ...others] = differences;
  if (others.length === 0) return first;
  const sets = others.map((changes) => new Set(changes.map(({ path }) => path)));
  return first.filter(({ path }) => sets.every((set) => set.has(path)));
}
