import type { Oid } from '../../ports/git-store.ts';
import { attemptCommits } from './attempt-commits.ts';
import { ownChanges } from './change.ts';
import type { Change, RangeCommit } from './change.ts';
import type { Context } from './context.ts';
import type { Attempt } from './ledger-facts.ts';
import { knownPatches } from './patches.ts';
import { personOf } from './policy.ts';
import { isReceiptPath } from './paths.ts';

/** Who answers for a commit. */
export type Account =
  /** An accepted attempt: its own commits, coo's merge of it, or the same change on another base. */
  | { readonly by: 'receipt'; readonly attempt: Attempt; readonly how: 'commit' | 'merge' | 'patch' }
  /** The commit by which coo brought a plan into its target or took its branch back, also on another base; or all of a plan's changes as one. */
  | { readonly by: 'plan'; readonly plan_id: string; readonly how: 'commit' | 'squash' }
  /** It adds nothing but what the ledger recorded. */
  | { readonly by: 'record' }
  /** A merge that gives what git gives for its parents: it brings nothing of its own. */
  | { readonly by: 'merge' }
  | { readonly by: 'person'; readonly seat: string }
  | { readonly by: 'nobody' };

const NOBODY: Account = { by: 'nobody' };

/**
 * Says of each commit of a range who answers for it: by the ids that the ledger recorded; else by the change itself, which survives rebase and squash;
 * else by a merge that adds nothing; else by a listed person.
 */
export async function accountFor(change: Change, context: Context): Promise<ReadonlyMap<Oid, Account>> {
  const accounts = byId(change, context);
  const open = (): readonly RangeCommit[] => change.commits.filter(({ id }) => !accounts.has(id));
  for (const commit of open()) if (isRecordOnly(commit, context)) accounts.set(commit.id, { by: 'record' });
  await byPatch(open(), accounts, context, change.base);
  for (const commit of open()) {
    const seat = personOf(context.policy, commit);
    const account: Account = (await isCleanMerge(commit, context)) ? { by: 'merge' } : seat === undefined ? NOBODY : { by: 'person', seat };
    accounts.set(commit.id, account);
  }
  return accounts;
}

/** What the ledger names, and the commits of an attempt between its start and its end. */
function byId({ commits }: Change, { ledger }: Context): Map<Oid, Account> {
  const accounts = new Map<Oid, Account>();
  if (ledger === null) return accounts;
  const parents = new Map(commits.map((commit) => [commit.id, commit.parents]));
  for (const attempt of ledger.attempts) {
    if (!attempt.live) continue;
    if (attempt.commit !== null) for (const id of attemptCommits(parents, attempt.commit, attempt.start)) if (!accounts.has(id)) accounts.set(id, { by: 'receipt', attempt, how: 'commit' });
    if (parents.has(attempt.plan_after)) accounts.set(attempt.plan_after, { by: 'receipt', attempt, how: 'merge' });
  }
  for (const [id, plan_id] of ledger.integrations) if (parents.has(id) && !accounts.has(id)) accounts.set(id, { by: 'plan', plan_id, how: 'commit' });
  return accounts;
}

/** Whether all it does is to add receipts just as the ledger has them: what is left of coo's merge where somebody rebased it. */
function isRecordOnly(commit: RangeCommit, { ledger }: Context): boolean {
  const changes = ownChanges(commit);
  return commit.parents.length < 2 && changes.length > 0 && changes.every(({ path, before, after }) => before === null && isReceiptPath(path) && after?.id === ledger?.files.get(path));
}

/** Each receipt and each rollback answers once, in the range or before it: the same change a second time is somebody's own. */
async function byPatch(open: readonly RangeCommit[], accounts: Map<Oid, Account>, context: Context, base: Oid | null): Promise<void> {
  const plain = open.filter(({ parents }) => parents.length < 2);
  if (plain.length === 0 || context.ledger === null || context.ledger.attempts.length === 0) return;
  const pairs = plain.map(({ parents, tree }) => ({ before: parents[0] ?? null, after: tree }));
  const ids = await context.history.patchIds(pairs, isReceiptPath);
  if (ids.every((id) => id === null)) return;
  const used = new Set<Attempt | Oid>();
  for (const [id, account] of accounts) {
    if (account.by === 'receipt') used.add(account.attempt);
    if (account.by === 'plan') used.add(id);
  }
  const patches = await knownPatches(context, base, new Set(ids.filter((id) => id !== null)));
  for (const [at, commit] of plain.entries()) {
    const id = ids[at] ?? null;
    const matches = id === null ? [] : (patches.get(id) ?? []);
    const match = matches.find((one) => (one.of === 'rollback' ? !used.has(one.commit) : !one.whole || one.attempts.some((attempt) => !used.has(attempt))));
    if (match === undefined) continue;
    if (match.of === 'rollback') {
      used.add(match.commit);
      accounts.set(commit.id, { by: 'plan', plan_id: match.plan_id, how: 'commit' });
      continue;
    }
    const [attempt] = match.attempts;
    if (match.whole) for (const one of match.attempts) used.add(one);
    if (match.plan_id !== null) accounts.set(commit.id, { by: 'plan', plan_id: match.plan_id, how: 'squash' });
    else if (attempt !== undefined) accounts.set(commit.id, { by: 'receipt', attempt, how: 'patch' });
  }
}

async function isCleanMerge({ parents, tree }: RangeCommit, { history }: Context): Promise<boolean> {
  const [ours, theirs, ...more] = parents;
  return ours !== undefined && theirs !== undefined && more.length === 0 && (await history.merged(ours, theirs)) === tree;
}
