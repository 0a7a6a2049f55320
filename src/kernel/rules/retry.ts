import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { StepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { isByWord } from '../state.ts';
import type { PlanState, State, StepState } from '../state.ts';
import { findStepOf } from './find.ts';

/**
 * A person gives a failed or blocked step another try, with all its retries; a waiting one is let off its back-off. One that was skipped or said
 * to be done is open again: the ones behind it that nobody holds wait for it anew.
 */
export function retryRule(state: State, input: InputOf<'retry'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step } = found;
  const key = stepKey(input.plan_id, input.step_id);
  if (plan.cancelled !== null) return reject('PLAN_ENDED', `plan ${input.plan_id} is cancelled`, 'put the step into a new plan');
  const waitsOnly = step.status === 'waiting' && step.ready_at_ms !== null;
  if (step.status !== 'failed' && step.status !== 'blocked' && !waitsOnly && !isByWord(step)) return reject('STEP_OPEN', `${key} is ${step.status}: there is nothing to retry`, instead(step));
  if (isByWord(step)) {
    if (plan.integration.kind === 'done') return reject('PLAN_ENDED', `plan ${input.plan_id} is done: its work is in ${plan.plan.target}`, `put the step into a new plan: coo plan new ${input.plan_id}-2`);
    const ahead = heldBehind(state, plan, step);
    if (ahead !== undefined) return reject('CLAIM_HELD', `${ahead} waited for ${key} and is at work now`, `retry when it is free: coo explain ${ahead}`);
  }
  const { plan_id, step_id, by, reason } = input;
  return { ok: true, events: [{ type: 'step.retried', plan_id, step_id, by, reason }] };
}

/** A step that waits for this one and is in somebody's hands. */
function heldBehind(state: State, plan: PlanState, step: StepState): StepKey | undefined {
  return (plan.dependents.get(step.step_id) ?? []).map((id) => stepKey(step.plan_id, id)).find((key) => state.claims.has(key));
}

/** What a person may do about a step that is neither failed nor blocked. */
function instead({ key, status }: StepState): string {
  if (status === 'claimed' || status === 'running') return `coo take ${key} --seat <yours> --reason '...'`;
  return status === 'done' ? `coo undo ${key} --reason '...'` : `coo explain ${key}`;
}
