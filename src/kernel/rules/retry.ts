import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State, StepState } from '../state.ts';
import { findStepOf } from './find.ts';

/** A person gives a failed or blocked step another try, with all its retries; a waiting one is let off its back-off. */
export function retryRule(state: State, input: InputOf<'retry'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step } = found;
  const key = stepKey(input.plan_id, input.step_id);
  if (plan.cancelled !== null) return reject('PLAN_ENDED', `plan ${input.plan_id} is cancelled`, 'put the step into a new plan');
  const waitsOnly = step.status === 'waiting' && step.ready_at_ms !== null;
  if (step.status !== 'failed' && step.status !== 'blocked' && !waitsOnly) return reject('STEP_OPEN', `${key} is ${step.status}: there is nothing to retry`, instead(step));
  const { plan_id, step_id, by, reason } = input;
  return { ok: true, events: [{ type: 'step.retried', plan_id, step_id, by, reason }] };
}

/** What a person may do about a step that is neither failed nor blocked. */
function instead({ key, status, accepted }: StepState): string {
  if (status === 'claimed' || status === 'running') return `coo take ${key} --seat <yours> --reason '...'`;
  return status === 'done' && accepted !== null ? `coo undo ${key} --reason '...'` : `coo explain ${key}`;
}
