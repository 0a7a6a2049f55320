import type { Oid } from '../../kernel/ids.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { TargetFault } from '../../kernel/unfit.ts';
import type { World } from '../world.ts';

/** Digits of a commit's id in a sentence. */
const SHORT = 12;

/** `tip`: where it was seen to hold what the plan began from; null where nothing is to be held. */
export type TargetStanding = { readonly kind: 'good'; readonly tip: Oid | null } | { readonly kind: 'wrong'; readonly fault: TargetFault };

/** Whether a commit holds another one, or is it. */
export type Holds = (ancestor: Oid, tip: Oid) => Promise<boolean>;

/**
 * Whether the branch that a plan goes into can still take it. Wrong: it is gone, or was rewritten, so that it no longer holds the commit that the plan began
 * from, and a merge would bring back what was taken out of it. A branch that only grew is good, and so is one that was not born when the plan began.
 * The branch of a pull request may also be known from the forge alone: as it was fetched from `origin`. `since`: a tip that was good before.
 */
export async function targetStanding(git: Pick<World['git'], 'ref'>, holds: Holds, plan: PlanState, since: Oid | null = null): Promise<TargetStanding> {
  const { base } = plan;
  if (base === null) return { kind: 'good', tip: null };
  const tips = await targetTips(git, plan);
  for (const tip of tips) if ((since !== null && (await holds(since, tip))) || (await holds(base, tip))) return { kind: 'good', tip };
  const { plan_id, target, integrate } = plan.plan;
  const cancel = `coo cancel ${plan_id} --reason '...'`;
  const began = `${base.slice(0, SHORT)}, which ${plan_id} began from`;
  const [tip] = tips;
  if (tip !== undefined) return wrong('TARGET_REWRITTEN', `${target} was rewritten: it stands at ${tip.slice(0, SHORT)}, which does not hold ${began}`, `put it back (git reflog ${target}), or take that commit in again: git merge ${base}; or end the plan: ${cancel}`);
  // Nobody needs a branch here that is merged into elsewhere.
  if (integrate === 'pull_request') return { kind: 'good', tip: null };
  return wrong('TARGET_GONE', `the branch ${target} is gone; it held ${began}`, `put it back: git branch ${target} <commit>, from ${base} on; or end the plan: ${cancel}`);
}

function wrong(code: TargetFault['code'], message: string, fix: string): TargetStanding {
  return { kind: 'wrong', fault: { code, message, fix } };
}

/** Where a plan's target stands, as far as this repository knows; of a pull request's also as it was fetched. */
export async function targetTips(git: Pick<World['git'], 'ref'>, { plan: { target, integrate } }: Pick<PlanState, 'plan'>): Promise<readonly Oid[]> {
  const names = [`refs/heads/${target}`, ...(integrate === 'pull_request' ? [`refs/remotes/origin/${target}`] : [])];
  return (await Promise.all(names.map(async (name) => git.ref(name)))).flatMap((tip) => tip ?? []);
}
