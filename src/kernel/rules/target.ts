import { sameValue } from '../equal.ts';
import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** What a look at the branch that a plan goes into showed, where it is news. */
export function targetRule(state: State, { plan_id, fault }: InputOf<'target_look'>): Decision<Event> {
  const plan = state.plans.get(plan_id);
  if (plan === undefined) return reject('PLAN_UNKNOWN', `there is no plan ${plan_id} in the ledger`, 'coo plan list');
  if (plan.cancelled !== null || plan.integration.kind === 'done') return reject('PLAN_ENDED', `${plan_id} has ended`, 'nothing to do');
  if (sameValue(plan.target_fault, fault)) return reject('UNCHANGED', `that is known of the target of ${plan_id}`, 'nothing to do');
  return { ok: true, events: [fault === null ? { type: 'target.fit', plan_id } : { type: 'target.unfit', plan_id, ...fault }] };
}
