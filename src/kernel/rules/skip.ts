import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { isByWord } from '../state.ts';
import type { State } from '../state.ts';
import { findStepOf } from './find.ts';

/** A person says that a step is not needed: those behind it go on. Nothing of it is merged; a worker of it is stopped. */
export function skipRule(state: State, input: InputOf<'skip'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan_id, step_id, by, reason } = input;
  const key = stepKey(plan_id, step_id);
  if (found.plan.cancelled !== null) return reject('PLAN_ENDED', `plan ${plan_id} is cancelled`, 'nothing to skip');
  if (isByWord(found.step)) return reject('STEP_ENDED', `${key} was ended by hand already (${found.step.why ?? 'no reason'}): nothing of it was merged`, `to have it done after all: coo retry ${key} --reason '...'`);
  if (found.step.status === 'done') return reject('STEP_ENDED', `${key} is done, and what is merged is not taken back by skipping it`, `coo undo ${key} --reason '...'`);
  return { ok: true, events: [{ type: 'step.skipped', plan_id, step_id, by, reason }] };
}
