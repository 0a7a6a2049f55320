import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { findPlan } from './find.ts';
import { frozenRejection } from './freeze.ts';

/** The plan's branch is in its target: by coo's own merge, or by the one it waited for. */
export function integratedRule(state: State, input: InputOf<'integrated'>): Decision<Event> {
  const awaited = state.plans.get(input.plan_id)?.integration.kind === 'awaiting_merge';
  const found = awaited ? findPlan(state, input.plan_id) : owedIntegration(state, input.plan_id);
  if (!found.ok) return found;
  // What was seen is a fact; what coo itself would merge now waits.
  if (!awaited && state.frozen !== null) return frozenRejection(state.frozen);
  return { ok: true, events: [{ type: 'plan.integrated', plan_id: input.plan_id, target: found.plan.plan.target, before: input.before, after: input.after }] };
}

/** The merge happens elsewhere: on the forge. */
export function awaitingMergeRule(state: State, input: InputOf<'awaiting_merge'>): Decision<Event> {
  const found = owedIntegration(state, input.plan_id);
  return found.ok ? { ok: true, events: [{ type: 'plan.awaiting_merge', plan_id: input.plan_id }] } : found;
}

/** Something stands in the way; said once, tried again when it may have gone. */
export function blockedIntegrationRule(state: State, input: InputOf<'integration_blocked'>): Decision<Event> {
  const found = owedIntegration(state, input.plan_id);
  if (!found.ok) return found;
  const { plan_id, code, message, paths } = input;
  const old = found.plan.integration;
  if (old.kind === 'blocked' && old.code === code && old.message === message) return reject('UNCHANGED', message, 'nothing new');
  return { ok: true, events: [{ type: 'integration.blocked', plan_id, code, message, paths }] };
}

/** A person removed what was in the way. */
export function retryIntegrationRule(state: State, input: InputOf<'retry_integration'>): Decision<Event> {
  const { plan_id, by, reason } = input;
  const found = owedIntegration(state, plan_id);
  if (!found.ok) return found;
  return { ok: true, events: [{ type: 'integration.retried', plan_id, by, reason }] };
}

function owedIntegration(state: State, plan_id: string): ReturnType<typeof findPlan> {
  const found = findPlan(state, plan_id);
  if (found.ok && !state.owed.has(`integrate ${plan_id}`)) return reject('NOT_INTEGRATING', `plan ${plan_id} has nothing to integrate`, `coo explain ${plan_id}`);
  return found;
}
