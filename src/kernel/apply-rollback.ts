import { forgetFailures } from './charges.ts';
import type { EventOf } from './event.ts';
import type { PlanState, State, StepState } from './state.ts';
import { finishStep, oweIntegration, reopen } from './transitions.ts';

/** A plan goes on from where it stood at a snapshot; the rule let nothing through that somebody holds or that is in its target. */
export function rollBack(state: State, event: EventOf<'plan.rolled_back'>): State {
  const plan = state.plans.get(event.plan_id);
  if (plan === undefined) return state;
  plan.tip = event.after;
  plan.cancelled = null;
  plan.integration = { kind: 'open' };
  forgetFailures(state, event.plan_id);
  state.owed.delete(`integrate ${event.plan_id}`);
  for (const id of event.reopened) {
    const step = plan.steps.get(id);
    if (step === undefined) continue;
    step.accepted = null;
    reopen(state, plan, step);
  }
  for (const id of event.dropped) {
    const step = plan.steps.get(id);
    if (step !== undefined) drop(state, plan, step, event);
  }
  oweIntegration(state, plan);
  return state;
}

/** What it was to take back is there again: it has nothing to do any more. */
function drop(state: State, plan: PlanState, step: StepState, { snapshot, by }: EventOf<'plan.rolled_back'>): void {
  const undone = step.undoes === null ? undefined : plan.steps.get(step.undoes);
  if (undone !== undefined) undone.undone_by = null;
  step.accepted = null;
  if (step.status !== 'done') finishStep(state, plan, step);
  step.why = `rolled back to ${snapshot} by ${by}`;
}
