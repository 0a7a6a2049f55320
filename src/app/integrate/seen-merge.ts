import type { Input } from '../../kernel/input.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { PullRequest } from '../../ports/forge.ts';
import type { History, HistoryCommit, TreePair } from '../../ports/history.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { MergeKind } from '../../kernel/event.ts';

/** Commits on a target since a plan began that are compared one by one. A target that went further is judged by its tip alone. */
const MOST_COMMITS = 2_000;

/** Where a plan's work was found in a target. */
export interface SeenMerge {
  readonly commit: Oid;
  readonly kind: MergeKind;
}

/**
 * Whether a target holds all that a plan's branch holds, told from git alone: its tip (a merge), one commit with its tree or its whole patch
 * (a squash), or commits that have its patch together (a rebase). Null when that cannot be seen; a conflict that was mended on the way hides it.
 */
export async function seeMerge(history: History, { base, tip }: Pick<PlanState, 'base' | 'tip'>, target: Oid): Promise<SeenMerge | null> {
  if (tip === null || tip === base) return null;
  if (await history.isAncestor(tip, target)) {
    const after = await history.range([target], { commits: [tip], reachable: 'from_none' });
    return { commit: after.find(({ parents }) => parents.includes(tip))?.id ?? target, kind: 'merge' };
  }
  const before = { commits: base === null ? [] : [base], reachable: 'from_none' } as const;
  const there = (await history.range([target], before)).filter(isSingle);
  if (there.length === 0 || there.length > MOST_COMMITS) return null;
  const all = await history.range([tip], before);
  const [whole = null, ...patches] = await history.patchIds([{ before: base, after: tip }, ...there.map(change)], isReceipt);
  const tree = all.find(({ id }) => id === tip)?.tree;
  const squashed = there.find((commit, at) => commit.tree === tree || (whole !== null && patches[at] === whole));
  if (squashed !== undefined) return { commit: squashed.id, kind: 'squash' };
  const own = new Set(await history.patchIds(all.filter(isSingle).map(change), isReceipt));
  const matched = there.filter((_, at) => patches[at] !== null && own.has(patches[at] ?? null));
  const [first] = matched;
  const last = matched.at(-1);
  if (whole === null || first === undefined || last === undefined) return null;
  const [together] = await history.patchIds([{ before: first.parents[0] ?? null, after: last.id }], isReceipt);
  return together === whole ? { commit: last.id, kind: 'rebase' } : null;
}

function isSingle({ parents }: HistoryCommit): boolean {
  return parents.length <= 1;
}

function change({ id, parents }: HistoryCommit): TreePair {
  return { before: parents[0] ?? null, after: id };
}

/** coo's merges put receipts beside the work; a rebase leaves merges out, and the receipts with them. */
function isReceipt(path: string): boolean {
  return path.startsWith('_report/');
}

/** What a plan that awaits its merge learns from its pull request; undefined = nothing new. A merge of another tip than the plan's is not the plan's. */
export function learntFrom(plan: PlanState, pull: PullRequest, at_ms: number): Input | undefined {
  const { plan_id } = plan.plan;
  if (plan.integration.kind !== 'awaiting_merge') return undefined;
  const { closed } = plan.integration;
  const { state, head, url } = pull;
  switch (state.kind) {
    case 'merged':
      return head === plan.tip ? { type: 'merged_elsewhere', plan_id, commit: state.commit, kind: state.how, at_ms } : undefined;
    case 'closed':
      return closed === url ? undefined : { type: 'closed_elsewhere', plan_id, where: url, at_ms };
    case 'open':
      return closed === undefined ? undefined : { type: 'closed_elsewhere', plan_id, where: null, at_ms };
    default:
      return state satisfies never;
  }
}
