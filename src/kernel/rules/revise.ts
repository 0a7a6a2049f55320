import { sameValue } from '../equal.ts';
import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { MAX_STEPS } from '../limits.ts';
import type { Plan } from '../plan.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { PlanState, State, StepState } from '../state.ts';
import { findPlan } from './find.ts';

/**
 * An accepted plan with a new text is its next revision: open steps take the new text, come and go. What somebody holds is not changed under
 * his hands (STEP_STARTED: it waits), what is done stays as it was done (STEP_ENDED), and where the work goes was promised at acceptance.
 */
export function reviseRule(state: State, old: PlanState, input: InputOf<'submit'>): Decision<Event> {
  const { plan, digest, by, at_ms } = input;
  const { plan_id } = plan;
  if (old.file !== null && input.file !== undefined && old.file !== input.file) {
    return reject('PLAN_EXISTS', `plan ${plan_id} came from _plans/${old.file}; another file cannot change it`, `edit _plans/${old.file}, or choose another plan_id`);
  }
  if (old.cancelled !== null || old.integration.kind === 'done') {
    return reject('PLAN_ENDED', `plan ${plan_id} is ${old.cancelled === null ? 'done' : 'cancelled'}, and its text does not change any more`, 'put the new text into a new file with a new plan_id');
  }
  if (plan.target !== old.plan.target || plan.integrate !== old.plan.integrate) {
    return reject('PLAN_STARTED', `plan ${plan_id} goes into ${old.plan.target} by ${old.plan.integrate}, and its branch began there`, 'leave target and integrate as they were, or put the steps into a new plan');
  }
  const revised = withUndoSteps(plan, old);
  if (revised.steps.length > MAX_STEPS) return reject('PLAN_TOO_LARGE', `plan ${plan_id} has ${String(revised.steps.length)} steps; at most ${String(MAX_STEPS)} are possible`, 'split it into plans');
  const touched = touchedSteps(revised, old);
  const ended = touched.find((step) => step.status === 'done');
  if (ended !== undefined) return reject('STEP_ENDED', `${ended.key} is done, and this text changes or removes it`, 'leave it as it was; say what else is wanted in a step of its own');
  const held = touched.filter((step) => isHeld(step));
  if (held.length > 0) {
    const who = held.map((step) => `${step.key} (${state.claims.get(step.key)?.seat ?? 'its worker is being stopped'})`);
    return reject('STEP_STARTED', `this text changes what is at work: ${who.join(', ')}; it is taken when they are free`, `wait, or: coo take ${held[0]?.key ?? ''} --seat <yours> --reason '...'`);
  }
  return { ok: true, events: [{ type: 'plan.revised', plan: revised, digest, revision: old.revision + 1, at_ms, by }] };
}

/** A revision that waits is said in the ledger once. */
export function postponeRule(state: State, input: InputOf<'postpone'>): Decision<Event> {
  const found = findPlan(state, input.plan_id);
  if (!found.ok) return found;
  const { plan_id, digest, steps, by } = input;
  if (found.plan.wanted?.digest === digest) return reject('UNCHANGED', `this revision of ${plan_id} waits already`, 'nothing to do');
  return { ok: true, events: [{ type: 'revision.waits', plan_id, digest, steps, by }] };
}

/** Steps of a plan that a new text would change while they are held. */
export function heldAgainst(old: PlanState, plan: Plan): readonly StepState[] {
  return touchedSteps(withUndoSteps(plan, old), old).filter((step) => isHeld(step));
}

/** Whether a step is at work, or its worker has still to be seen dead: then its text does not change. */
export function isHeld(step: StepState | undefined): boolean {
  return step !== undefined && (step.status === 'claimed' || step.status === 'running' || step.status === 'checking' || step.stopping !== null);
}

/** Steps that the new text changes or no longer has. */
function touchedSteps(plan: Plan, old: PlanState): readonly StepState[] {
  const specs = new Map(plan.steps.map((spec) => [spec.step_id, spec]));
  return [...old.steps.values()].filter((step) => !sameValue(specs.get(step.step_id), step.spec));
}

/** What coo added to take something back stays, whatever the author writes. */
function withUndoSteps(plan: Plan, old: PlanState): Plan {
  const added = [...old.steps.values()].filter((step) => step.undoes !== null && !plan.steps.some(({ step_id }) => step_id === step.step_id));
  return added.length === 0 ? plan : { ...plan, steps: [...plan.steps, ...added.map(({ spec }) => spec)] };
}
