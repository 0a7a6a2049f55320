import type { PlanState, State } from '../../kernel/state.ts';
import type { GitStore } from '../../ports/git-store.ts';
import { decodeCommit } from '../../format/git-object.ts';
import type { EndedAttempt } from './attempts.ts';
import type { Findings } from './findings.ts';
import { remoteOf } from './target.ts';
import type { Target } from './target.ts';

const COMMIT_CAP = 1_048_576;

/**
 * Plans' branches: each at the commit that the ledger merged last. What is not in this clone is told by its ref's name and is no finding, but in the clone
 * where they are kept. Returns what is absent.
 */
export async function checkBranches(git: GitStore, { refs, home, commit, name }: Target, state: State, findings: Findings): Promise<readonly string[]> {
  const absent: string[] = [];
  const keeps = home !== undefined && home.left === undefined;
  const wrong: (() => void)[] = [];
  for (const plan of state.plans.values()) {
    if (plan.tip === null) continue;
    const isMerged = plan.tip !== plan.base;
    const ref = refs.plan(plan.plan.plan_id);
    const at = (await git.ref(ref)) ?? (keeps ? null : await git.ref(remoteOf(ref)));
    if (at === plan.tip) continue;
    if (at !== null) wrong.push(() => findings.say('BRANCH_MOVED', ref, `is at ${at}; the ledger put it at ${plan.tip ?? ''} last`, `keep that work on another branch, then put it back: git update-ref ${ref} ${plan.tip ?? ''}`));
    // One that holds nothing yet may go.
    else if (!isMerged) continue;
    else if (keeps) wrong.push(() => findings.say('BRANCH_MISSING', ref, `is not there; the ledger merged ${plan.tip ?? ''} last`, `put it back: git update-ref ${ref} ${plan.tip ?? ''}`));
    else absent.push(ref);
  }
  // A manager moves them with the ledger: what it did meanwhile is not held against the ledger as it was.
  if (wrong.length > 0 && (await git.ref(name)) === commit.id) for (const say of wrong) say();
  return absent;
}

/** An accepted attempt and what its receipt says. */
export interface Accepted {
  readonly path: string;
  readonly ended: EndedAttempt;
  readonly receipt_sha256: string;
  readonly commit: string | null;
  readonly tree: string | null;
}

/**
 * The commits that accepted attempts made and brought, where this clone has them: the merge names its order and the receipt by its digest, and the
 * attempt's tree is the receipt's. Returns how many are absent.
 */
export async function checkMerges(git: GitStore, state: State, accepted: readonly Accepted[], findings: Findings): Promise<number> {
  const there = await plansHere(git, state);
  const looked = accepted.filter(({ ended }) => there.has(ended.event.plan_id));
  const wanted = looked.flatMap((one) => (one.ended.event.type === 'run.accepted' ? [{ one, id: one.ended.event.plan_after, isMerge: true }, ...(one.commit === null ? [] : [{ one, id: one.commit, isMerge: false }])] : []));
  let absent = accepted.length - looked.length;
  await git.readMany(wanted.map(({ id }) => id), COMMIT_CAP, (object, at) => {
    const { one, isMerge, id } = wanted[at] ?? {};
    if (one === undefined || id === undefined) return;
    const commit = object?.type === 'commit' ? decodeCommit(object.bytes) : null;
    if (commit === null) absent += isMerge ? 1 : 0;
    else if (!isMerge && commit.tree !== one.tree) findings.say('MERGE_OTHER', one.path, `says that ${id} has the tree ${one.tree ?? ''}; it has ${commit.tree}`);
    else if (isMerge && !commit.message.includes(`\nCoo-Receipt: ${one.receipt_sha256}\n`)) findings.say('MERGE_OTHER', one.path, `is not the receipt that the merge ${id} names`);
  });
  return absent;
}

/** Plans whose newest merge is in this clone: then all of them are. */
async function plansHere(git: GitStore, state: State): Promise<ReadonlySet<string>> {
  const plans: PlanState[] = [...state.plans.values()].filter(({ tip, base }) => tip !== null && tip !== base);
  const here = new Set<string>();
  await git.readMany(plans.map(({ tip }) => tip ?? ''), COMMIT_CAP, (object, at) => {
    const plan = plans[at];
    if (object !== null && plan !== undefined) here.add(plan.plan.plan_id);
  });
  return here;
}
