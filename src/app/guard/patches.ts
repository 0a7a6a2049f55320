import { parseProven } from '../../format/file.ts';
import { parseRun } from '../../format/run.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { HistoryCommit, TreePair } from '../../ports/history.ts';
import { attemptCommits } from './attempt-commits.ts';
import type { Context } from './context.ts';
import { isRecorded } from './ledger-facts.ts';
import type { Attempt, LedgerFacts, Rollback } from './ledger-facts.ts';
import { isReceiptPath } from './paths.ts';

/** What a patch id stands for. */
export type KnownPatch =
  | {
      readonly of: 'attempts';
      readonly attempts: readonly Attempt[];
      /** All that these attempts changed; false = one commit of several. */
      readonly whole: boolean;
      /** The plan whose whole change it is; null = one attempt's. */
      readonly plan_id: string | null;
    }
  /** The commit by which coo took a plan's branch back to a snapshot. */
  | { readonly of: 'rollback'; readonly commit: Oid; readonly plan_id: string };

const RECEIPT_CAP = 67_108_864;
/** Plans whose commits are looked at for what was squashed or rebased: what is merged on a forge is of the last ones. A process of git's each. */
const RECENT_PLANS = 100;

/**
 * Patch id -> what was accepted under it: of each attempt, as its receipt says; and where some that are asked for are none of these, of whole plans of
 * the single commits of attempts and of rollbacks, as far as this clone has their objects.
 */
export async function knownPatches(context: Context, base: Oid | null, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly KnownPatch[]>> {
  const { ledger } = context;
  const known = new Map<string, KnownPatch[]>();
  if (ledger === null) return known;
  const add = (id: string | null, patch: KnownPatch): void => {
    if (id !== null) known.set(id, [...(known.get(id) ?? []), patch]);
  };
  const attempts = await notYetIn(context, base, ledger.attempts.filter(({ live }) => live), ({ plan_after }) => plan_after);
  await fromReceipts(context, ledger, attempts, add);
  if ([...wanted].every((id) => known.has(id))) return known;
  await fromObjects(context, ledger, attempts, add);
  await fromRollbacks(context, await notYetIn(context, base, ledger.rollbacks, ({ after }) => after), add);
  return known;
}

/** Without those that the base has already: they answer for nothing any more. `merge`: the commit by which each came into its plan's branch. */
async function notYetIn<T>({ history }: Context, base: Oid | null, all: readonly T[], merge: (one: T) => Oid): Promise<readonly T[]> {
  if (base === null || all.length === 0) return all;
  const here = await history.present(all.map(merge));
  const ahead = new Set((await history.range([...here], { commits: [base], reachable: 'from_none' })).map(({ id }) => id));
  return all.filter((one) => !here.has(merge(one)) || ahead.has(merge(one)));
}

type Add = (id: string | null, patch: KnownPatch) => void;

async function fromReceipts({ history }: Context, ledger: LedgerFacts, attempts: readonly Attempt[], add: Add): Promise<void> {
  const shown = attempts.flatMap((attempt) => {
    const id = ledger.files.get(attempt.receipt);
    return id === undefined ? [] : [{ attempt, id }];
  });
  await history.blobs(shown.map(({ id }) => id), RECEIPT_CAP, (bytes, at) => {
    const attempt = shown[at]?.attempt;
    const run = bytes === null || attempt === undefined || !isRecorded(ledger, attempt.receipt, bytes) ? undefined : parseRun(bytes, parseProven);
    // A receipt speaks for the attempt that the ledger accepted with it, and for no other.
    if (attempt !== undefined && run?.order.plan_id === attempt.plan_id && run.order.step_id === attempt.step_id && run.order.fence === attempt.fence) add(run.change?.patch_id ?? null, { of: 'attempts', attempts: [attempt], whole: true, plan_id: null });
  });
}

async function fromObjects({ history }: Context, ledger: LedgerFacts, open: readonly Attempt[], add: Add): Promise<void> {
  const plans = [...ledger.state.plans.values()].slice(-RECENT_PLANS);
  const here = await history.present(plans.flatMap(({ tip, base }) => [tip, base]).filter((id) => id !== null));
  const asked: { readonly pair: TreePair; readonly patch: KnownPatch }[] = [];
  for (const { tip, base, plan } of plans) {
    if (tip === null || !here.has(tip) || (base !== null && !here.has(base))) continue;
    const attempts = open.filter(({ plan_id }) => plan_id === plan.plan_id);
    if (attempts.length === 0) continue;
    const commits = await history.range([tip], { commits: base === null ? [] : [base], reachable: 'from_none' });
    asked.push({ pair: { before: base, after: tip }, patch: { of: 'attempts', attempts, whole: true, plan_id: plan.plan_id } });
    asked.push(...attempts.flatMap((attempt) => commitsOf(attempt, commits)));
  }
  const ids = await history.patchIds(asked.map(({ pair }) => pair), isReceiptPath);
  for (const [at, { patch }] of asked.entries()) add(ids[at] ?? null, patch);
}

async function fromRollbacks({ history }: Context, rollbacks: readonly Rollback[], add: Add): Promise<void> {
  const recent = rollbacks.slice(-RECENT_PLANS);
  const here = await history.present(recent.flatMap(({ before, after }) => [before, after]));
  const shown = recent.filter(({ before, after }) => here.has(before) && here.has(after));
  const ids = await history.patchIds(shown, isReceiptPath);
  for (const [at, { after, plan_id }] of shown.entries()) add(ids[at] ?? null, { of: 'rollback', commit: after, plan_id });
}

/** The commits of an attempt that has several, each as a pair. */
function commitsOf(attempt: Attempt, commits: readonly HistoryCommit[]): readonly { readonly pair: TreePair; readonly patch: KnownPatch }[] {
  const parents = new Map<Oid, readonly Oid[]>(commits.map((commit) => [commit.id, commit.parents]));
  const own = new Set(attempt.commit === null ? [] : attemptCommits(parents, attempt.commit, attempt.start));
  if (own.size < 2) return [];
  return commits.flatMap((commit) => (own.has(commit.id) && commit.parents.length < 2 ? [{ pair: { before: commit.parents[0] ?? null, after: commit.id }, patch: { of: 'attempts', attempts: [attempt], whole: false, plan_id: null } }] : []));
}
