import { dequeue, enqueue } from './ranking.ts';
import type { PlanState, State } from './state.ts';
import { stopOf } from './stops.ts';

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
