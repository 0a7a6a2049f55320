import { newStep, push } from './apply-plan.ts';
import { forgetFailures } from './charges.ts';
import { sameValue } from './equal.ts';
import type { EventOf } from './event.ts';
import type { Step } from './plan.ts';
import type { PlanState, State, StepState } from './state.ts';
import { parkOrRelease } from './parking.ts';
import { oweIntegration, reopen, requeue, setBackoff, setStatus, settleOpen } from './transitions.ts';

/** An accepted plan takes a new text: open steps change, come and go; the rule let nothing through that touches the others. */
export function revisePlan(state: State, event: EventOf<'plan.revised'>): State {
  const plan = state.plans.get(event.plan.plan_id);
  if (plan === undefined) return state;
  const old = new Map(plan.steps);
  plan.plan = event.plan;
  plan.digest = event.digest;
  plan.revision = event.revision;
  plan.wanted = null;
  const listed = new Set(event.plan.steps.map(({ step_id }) => step_id));
  for (const step of old.values()) if (!listed.has(step.step_id)) removeStep(state, plan, step);
  plan.steps.clear();
  for (const [index, spec] of event.plan.steps.entries()) {
    const step = old.get(spec.step_id) ?? addStep(plan, spec);
    const isChanged = !sameValue(step.spec, spec);
    step.spec = spec;
    step.index = index;
    plan.steps.set(spec.step_id, step);
    // A new text is a new chance.
    if (isChanged && (step.status === 'failed' || step.status === 'blocked')) reopen(state, plan, step);
  }
  countOn(state, plan);
  parkOrRelease(state, plan);
  return state;
}

/** A step is added that takes back what another one merged. */
export function undoStep(state: State, plan: PlanState, step: StepState, event: EventOf<'step.undone'>): State {
  const { undo } = event;
  const made = addStep(plan, undo);
  made.index = plan.steps.size;
  made.undoes = step.step_id;
  step.undone_by = undo.step_id;
  plan.plan = { ...plan.plan, steps: [...plan.plan.steps, undo] };
  plan.steps.set(undo.step_id, made);
  countOn(state, plan);
  return state;
}

function addStep(plan: PlanState, spec: Step): StepState {
  const step = newStep(plan.plan.plan_id, spec, 0, 0);
  step.fence = plan.retired.get(spec.step_id) ?? 0;
  plan.retired.delete(spec.step_id);
  plan.counts.waiting += 1;
  return step;
}

function removeStep(state: State, plan: PlanState, step: StepState): void {
  setBackoff(state, step, null);
  setStatus(state, plan, step, 'waiting');
  plan.counts.waiting -= 1;
  forgetFailures(state, step.plan_id, step.step_id);
  if (step.fence > 0) plan.retired.set(step.step_id, step.fence);
}

/** Who waits for whom, from the steps as they are now, and what follows from it. */
function countOn(state: State, plan: PlanState): void {
  plan.dependents.clear();
  for (const step of plan.steps.values()) {
    const before = new Set(step.spec.depends_on);
    for (const id of before) push(plan.dependents, id, step.step_id);
    step.open_deps = [...before].filter((id) => plan.steps.get(id)?.status !== 'done').length;
    if (step.status === 'waiting' || (step.status === 'ready' && step.open_deps > 0)) settleOpen(state, plan, step);
    else requeue(state, plan, step);
  }
  state.owed.delete(`integrate ${plan.plan.plan_id}`);
  if (plan.integration.kind !== 'done') plan.integration = { kind: 'open' };
  oweIntegration(state, plan);
}
