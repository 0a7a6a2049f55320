import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { namedScope } from '../scope.ts';
import type { State } from '../state.ts';
import { unknownScope } from './pause.ts';
import { openedFor } from './trip.ts';

/**
 * Something that no retry mends: it stops its scope until a person closes the breaker. A full disk gives way to anything graver, and adds
 * nothing to a breaker that is not closed.
 */
export function incidentRule(state: State, input: InputOf<'incident'>): Decision<Event> {
  const { scope, cause, detail } = input;
  const unknown = unknownScope(state, scope);
  if (unknown !== undefined) return { ok: false, rejection: unknown };
  const old = state.breakers.get(scope);
  const stands = old !== undefined && (cause === 'disk' || (old.kind === 'open' && old.until_ms === null && old.cause !== 'disk'));
  if (stands) return reject('UNCHANGED', `the breaker of ${namedScope(scope)} is not closed: ${old.reason}`, 'nothing to do');
  return { ok: true, events: [openedFor(state, { scope, reason: detail, at_ms: null, cause })] };
}

/** There is room again: what a full disk opened is closed, and nothing else. */
export function recoveredRule(state: State, input: InputOf<'recovered'>): Decision<Event> {
  const old = state.breakers.get('all');
  if (old?.kind !== 'open' || old.cause !== input.cause) return reject('UNCHANGED', `no breaker is open for want of room`, 'nothing to do');
  return { ok: true, events: [{ type: 'breaker.closed', scope: 'all', by: 'coo', reason: input.detail }] };
}
