import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { elsewhere, named, unknownScope } from './pause.ts';

/** A person opens or closes a breaker. One opened by hand never closes by itself. */
export function breakerRule(state: State, input: InputOf<'breaker'>): Decision<Event> {
  const { scope, by, reason } = input;
  const unknown = unknownScope(state, scope);
  if (unknown !== undefined) return { ok: false, rejection: unknown };
  const breaker = state.breakers.get(scope);
  if (input.action === 'open') {
    if (breaker?.kind === 'open') return reject('UNCHANGED', `the breaker of ${named(scope)} is open: ${breaker.reason}`, 'nothing to do');
    return { ok: true, events: [{ type: 'breaker.opened', scope, reason, until_ms: null, trips: (breaker?.trips ?? 0) + 1, by }] };
  }
  if (breaker === undefined) return reject('BREAKER_CLOSED', `the breaker of ${named(scope)} is closed`, elsewhere([...state.breakers.keys()], 'coo breaker close'));
  return { ok: true, events: [{ type: 'breaker.closed', scope, by, reason }] };
}
