import type { Scope } from './event.ts';
import type { PlanId } from './ids.ts';
import { dequeue, enqueue } from './ranking.ts';
import type { Breaker, PlanState, State } from './state.ts';

/** What keeps new assignments from a plan (or, asked with `all`, from everything). */
export type Stop =
  | { readonly kind: 'frozen'; readonly scope: 'all'; readonly by: string; readonly reason: string }
  | { readonly kind: 'paused'; readonly scope: Scope; readonly by: string; readonly reason: string }
  | { readonly kind: 'breaker'; readonly scope: Scope; readonly breaker: Breaker };

/** The first reason why nothing of this scope may be granted, looking at that scope alone. */
export function stopOf(state: State, scope: Scope): Stop | undefined {
  if (scope === 'all' && state.frozen !== null) return { kind: 'frozen', scope, by: state.frozen.by, reason: state.frozen.reason };
  const pause = state.paused.get(scope);
  if (pause !== undefined) return { kind: 'paused', scope, ...pause };
  const breaker = state.breakers.get(scope);
  if (breaker === undefined || (breaker.kind === 'half_open' && breaker.probe === null)) return undefined;
  return { kind: 'breaker', scope, breaker };
}

/** What stops a grant in this plan: the whole ledger's stops first. */
export function stopFor(state: State, plan_id: PlanId): Stop | undefined {
  return stopOf(state, 'all') ?? stopOf(state, plan_id);
}

/** Keeps the ready steps of a stopped plan out of the queue, and puts them back when the stop is over. */
export function parkOrRelease(state: State, plan: PlanState): void {
  const parked = stopOf(state, plan.plan.plan_id) !== undefined;
  if (parked === plan.parked) return;
  plan.parked = parked;
  for (const step of plan.steps.values()) {
    if (parked) dequeue(state, step);
    else if (step.status === 'ready' && step.behind === null) enqueue(state, plan, step);
  }
}
