import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { findPlan } from './find.ts';

/** A plan is ended before its time: what is merged into its branch stays there, workers are stopped. */
export function cancelRule(state: State, input: InputOf<'cancel'>): Decision<Event> {
  const found = findPlan(state, input.plan_id);
  if (!found.ok) return found;
  if (found.plan.cancelled !== null) return reject('UNCHANGED', `plan ${input.plan_id} is cancelled`, 'nothing to do');
  if (found.plan.integration.kind === 'done') return reject('PLAN_ENDED', `plan ${input.plan_id} is done`, `put what takes it back into a new plan: coo plan new undo-${input.plan_id}`);
  const { plan_id, reason, by } = input;
  return { ok: true, events: [{ type: 'plan.cancelled', plan_id, reason, by }] };
}
