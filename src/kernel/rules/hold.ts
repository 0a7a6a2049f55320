import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { findHolder } from './find.ts';

/** Any message with the live fence renews a held claim. */
export function renewRule(state: State, input: InputOf<'renew'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence } = input;
  return { ok: true, events: [{ type: 'claim.renewed', plan_id, step_id, fence, renewals: found.claim.renewals + 1, authenticated: found.authenticated }] };
}

/** The holder gives the step back; no retry is charged. */
export function releaseRule(state: State, input: InputOf<'release'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, reason, at_ms } = input;
  return { ok: true, events: [{ type: 'claim.released', plan_id, step_id, fence, reason, next: { kind: 'retry', ready_at_ms: at_ms } }, { type: 'step.ready', plan_id, step_id }] };
}

/** The holder cannot go on; a person is needed. */
export function blockRule(state: State, input: InputOf<'block'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, reason } = input;
  return { ok: true, events: [{ type: 'claim.released', plan_id, step_id, fence, reason, next: { kind: 'block', reason } }] };
}

/** A word on how it goes; shown, and as good as a renewal. */
export function progressRule(state: State, input: InputOf<'progress'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, text } = input;
  const renewed: Event = { type: 'claim.renewed', plan_id, step_id, fence, renewals: found.claim.renewals + 1, authenticated: found.authenticated };
  return { ok: true, events: [{ type: 'run.progress', plan_id, step_id, fence, text }, renewed] };
}
