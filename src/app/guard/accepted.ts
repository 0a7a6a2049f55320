import { parseProven } from '../../format/file.ts';
import { parseRun } from '../../format/run.ts';
import type { Run } from '../../format/run.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { History, TreePair } from '../../ports/history.ts';
import type { Account } from './account.ts';
import { reached } from './attempt-commits.ts';
import type { Change } from './change.ts';
import type { Context } from './context.ts';
import { isRecorded } from './ledger-facts.ts';
import type { Attempt } from './ledger-facts.ts';

/** What an accepted attempt brought into the range. */
export interface AcceptedChange {
  readonly attempt: Attempt;
  /** The commit of the range that brings it: its own, or the same change on another base. */
  readonly commit: Oid;
  readonly pair: TreePair;
  /** What its own commit changed, as it was judged; null where that commit is not in this clone. */
  readonly judged: TreePair | null;
  /** Its receipt; undefined where the ledger does not have it as it was recorded. */
  readonly run: Run | undefined;
}

const RECEIPT_CAP = 67_108_864;

/** The changes of accepted attempts in a range, each with its receipt. */
export async function acceptedChanges(change: Change, accounts: ReadonlyMap<Oid, Account>, { history, ledger }: Context): Promise<readonly AcceptedChange[]> {
  if (ledger === null) return [];
  const parents = new Map(change.commits.map((commit) => [commit.id, commit.parents]));
  const brought = new Map<Attempt, Pick<AcceptedChange, 'commit' | 'pair' | 'judged'>>();
  for (const { id, parents: above } of change.commits) {
    const account = accounts.get(id);
    if (account?.by !== 'receipt' || account.how === 'merge' || (account.how === 'commit' && id !== account.attempt.commit)) continue;
    const { attempt, how } = account;
    const own = how === 'commit' ? { before: await baseOf(history, parents, attempt, id), after: id } : undefined;
    brought.set(attempt, { commit: id, pair: own ?? { before: above[0] ?? null, after: id }, judged: own ?? (await elsewhere(history, attempt)) });
  }
  const runs = new Map<string, Run>();
  const there = [...brought.keys()].flatMap(({ receipt: path }) => {
    const id = ledger.files.get(path);
    return id === undefined ? [] : [{ path, id }];
  });
  await history.blobs(there.map(({ id }) => id), RECEIPT_CAP, (bytes, at) => {
    const { path = '' } = there[at] ?? {};
    const run = bytes !== null && isRecorded(ledger, path, bytes) ? parseRun(bytes, parseProven) : undefined;
    if (run !== undefined) runs.set(path, run);
  });
  return [...brought].map(([attempt, { commit, pair, judged }]) => ({ attempt, commit, pair, judged, run: runs.get(attempt.receipt) }));
}

/** What an attempt's own commit changed, where another one of the range brings the same. */
async function elsewhere(history: History, attempt: Attempt): Promise<TreePair | null> {
  const { commit, start, plan_before } = attempt;
  const wanted = [commit, start, plan_before].filter((id) => id !== null);
  if (commit === null || (await history.present(wanted)).size < new Set(wanted).size) return null;
  if (plan_before === start) return { before: start, after: commit };
  const near = await history.range(wanted, { commits: start === null ? [] : [start], reachable: 'from_none' });
  return { before: await baseOf(history, new Map(near.map(({ id, parents }) => [id, parents])), attempt, commit), after: commit };
}

/**
 * The commit that the attempt was judged against: the newest one of its plan's branch that it contains. That is its start, unless whoever did it took
 * in what others did meanwhile. `parents`: of the commits of the range.
 */
async function baseOf(history: History, parents: ReadonlyMap<Oid, readonly Oid[]>, { start, plan_before }: Attempt, commit: Oid): Promise<Oid | null> {
  if (plan_before === start) return start;
  const own = new Set(reached(parents, commit, (id) => id === start));
  let at = plan_before;
  for (; at !== null && at !== start && parents.has(at); at = parents.get(at)?.[0] ?? null) if (own.has(at)) return at;
  const comesOut = [...own].some((id) => parents.get(id)?.some((parent) => parent !== start && !parents.has(parent)));
  if (at === null || at === start || !comesOut) return start;
  // The rest of the branch lies before the range.
  const line = new Map((await history.range([at], { commits: start === null ? [] : [start], reachable: 'from_none' })).map((one) => [one.id, one.parents]));
  for (; at !== null && at !== start && line.has(at); at = line.get(at)?.[0] ?? null) if (await history.isAncestor(at, commit)) return at;
  return start;
}
