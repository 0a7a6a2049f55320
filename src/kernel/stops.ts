import { approvalsNeeded, approvers, lacksApproval } from './approval.ts';
import type { Scope } from './event.ts';
import type { PlanId } from './ids.ts';
import type { Seat } from './org.ts';
import { scopesOfSeat } from './scope.ts';
import type { Breaker, State } from './state.ts';
import type { TargetFault } from './unfit.ts';

/** What keeps new assignments from a plan (or, asked with `all`, from everything). */
export type Stop =
  | { readonly kind: 'frozen'; readonly scope: 'all'; readonly by: string; readonly reason: string }
  | { readonly kind: 'paused'; readonly scope: Scope; readonly by: string; readonly reason: string }
  /** Its text may not start yet. */
  | { readonly kind: 'unapproved'; readonly scope: PlanId; readonly needed: number; readonly by: readonly string[] }
  /** The branch that it goes into is gone or rewritten. */
  | { readonly kind: 'target'; readonly scope: PlanId; readonly fault: TargetFault }
  | { readonly kind: 'breaker'; readonly scope: Scope; readonly breaker: Breaker };

/** The first reason why nothing of this scope may be granted, looking at that scope alone. */
export function stopOf(state: State, scope: Scope): Stop | undefined {
  if (scope === 'all' && state.frozen !== null) return { kind: 'frozen', scope, by: state.frozen.by, reason: state.frozen.reason };
  const pause = state.paused.get(scope);
  if (pause !== undefined) return { kind: 'paused', scope, ...pause };
  const plan = state.plans.get(scope);
  if (plan !== undefined && lacksApproval(state, plan)) return { kind: 'unapproved', scope, needed: approvalsNeeded(state), by: [...approvers(plan)] };
  if (plan !== undefined && plan.target_fault !== null) return { kind: 'target', scope, fault: plan.target_fault };
  const breaker = state.breakers.get(scope);
  if (breaker === undefined || (breaker.kind === 'half_open' && breaker.probe === null)) return undefined;
  return { kind: 'breaker', scope, breaker };
}

/** What stops a grant in this plan: the whole ledger's stops first. */
export function stopFor(state: State, plan_id: PlanId): Stop | undefined {
  return stopOf(state, 'all') ?? stopOf(state, plan_id);
}

/** What keeps a seat from any work: its group's stops first. */
export function stopForSeat(state: State, seat: Pick<Seat, 'group' | 'harness'>): Stop | undefined {
  for (const scope of scopesOfSeat(seat)) {
    const stop = stopOf(state, scope);
    if (stop !== undefined) return stop;
  }
  return undefined;
}
