import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { isByWord } from '../state.ts';
import type { State } from '../state.ts';
import { findStepOf } from './find.ts';

/**
 * A person's word against the coordinator's. `done` lets the steps behind it go on without merging anything of this step:
 * work still only lands through judgement. What is merged stays merged.
 */
export function overrideRule(state: State, input: InputOf<'override'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step } = found;
  const key = stepKey(input.plan_id, input.step_id);
  if (plan.cancelled !== null) return reject('PLAN_ENDED', `plan ${input.plan_id} is cancelled`, 'put the step into a new plan');
  if (isByWord(step)) return reject('STEP_ENDED', `${key} was ended by hand already (${step.why ?? 'no reason'}): nothing of it was merged`, `to have it done after all: coo retry ${key} --reason '...'`);
  if (step.status === 'done') return reject('STEP_ENDED', `${key} is done, and what is merged is not taken back`, `coo undo ${key} --reason '...'`);
  if (step.status === input.to) return reject('UNCHANGED', `${key} is ${input.to}`, 'nothing to do');
  const { plan_id, step_id, to, by, reason } = input;
  return { ok: true, events: [{ type: 'step.overridden', plan_id, step_id, to, by, reason }] };
}
