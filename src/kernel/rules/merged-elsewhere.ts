import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { findPlan } from './find.ts';

/** Somebody merged the branch on the forge, or by hand. */
export function mergedElsewhereRule(state: State, input: InputOf<'merged_elsewhere'>): Decision<Event> {
  const found = findAwaiting(state, input.plan_id);
  if (!found.ok) return found;
  const { plan_id, commit, kind } = input;
  return { ok: true, events: [{ type: 'plan.merged_elsewhere', plan_id, target: found.plan.plan.target, commit, kind }] };
}

/** The pull request was closed without a merge, or is open again. Said once. */
export function closedElsewhereRule(state: State, input: InputOf<'closed_elsewhere'>): Decision<Event> {
  const found = findAwaiting(state, input.plan_id);
  if (!found.ok) return found;
  const { plan_id, where } = input;
  const { integration } = found.plan;
  const known = integration.kind === 'awaiting_merge' ? (integration.closed ?? null) : null;
  if (known === where) return reject('UNCHANGED', `${plan_id} still awaits its merge`, 'nothing new');
  return { ok: true, events: [where === null ? { type: 'plan.awaiting_merge', plan_id } : { type: 'plan.merge_closed', plan_id, where }] };
}

function findAwaiting(state: State, plan_id: string): ReturnType<typeof findPlan> {
  const found = findPlan(state, plan_id);
  if (found.ok && found.plan.integration.kind !== 'awaiting_merge') return reject('NOT_INTEGRATING', `plan ${plan_id} awaits no merge`, `coo explain ${plan_id}`);
  return found;
}
