import type { Event, Scope } from '../event.ts';
import type { Millis, SeatId } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { MAX_EVENTS } from '../limits.ts';
import { covers, endedRun } from '../recent.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { namedScope, seatScope } from '../scope.ts';
import type { State } from '../state.ts';
import { elsewhere, unknownScope } from './pause.ts';
import { dayOver } from './spend.ts';

/** A person opens or closes a breaker. One opened by hand never closes by itself. */
export function breakerRule(state: State, input: InputOf<'breaker'>): Decision<Event> {
  const { scope, by, reason } = input;
  const unknown = unknownScope(state, scope);
  const breaker = state.breakers.get(scope);
  if (unknown !== undefined && breaker === undefined) return { ok: false, rejection: unknown };
  if (input.action === 'open') {
    const stopped = input.stop === true ? stopsIn(state, input) : [];
    const isOpen = breaker?.kind === 'open';
    if (isOpen && stopped.length === 0) return reject('UNCHANGED', `the breaker of ${namedScope(scope)} is open: ${breaker.reason}`, 'nothing to do');
    const opened: Event = { type: 'breaker.opened', scope, reason, until_ms: null, trips: (breaker?.trips ?? 0) + 1, by };
    return { ok: true, events: isOpen ? stopped : [opened, ...stopped] };
  }
  const parked = parkedIn(state, scope);
  if (breaker === undefined && parked.length > 0) return unparked(state, parked, input.at_ms);
  if (breaker === undefined) return reject('BREAKER_CLOSED', `the breaker of ${namedScope(scope)} is closed`, elsewhere([...state.breakers.keys()], 'coo breaker close'));
  return { ok: true, events: [{ type: 'breaker.closed', scope, by, reason }] };
}

/** Groups of seats in a scope that get nothing for what they spent today. */
function parkedIn(state: State, scope: Scope): readonly SeatId[] {
  return [...state.parked].flatMap(([group, { why }]) => (why === 'budget' && (scope === 'all' || scope === seatScope(group)) ? [group] : []));
}

/** Groups get work again whose budget was raised meanwhile; refused where none was. */
function unparked(state: State, groups: readonly SeatId[], at_ms: Millis): Decision<Event> {
  const over = groups.map((group) => dayOver(state, group, at_ms));
  const free = groups.filter((_group, index) => over[index] === undefined);
  if (free.length === 0) return reject('BUDGET_SPENT', over[0] ?? '', 'raise it in _plans/coo.yaml first');
  return { ok: true, events: free.map((group) => ({ type: 'seat.unparked', group })) };
}

/** The attempts at work in a scope are taken back, uncharged: their workers are killed. A person goes on, and what has reported is judged. As many as one entry holds. */
function stopsIn(state: State, { scope, by, reason }: InputOf<'breaker'>): readonly Event[] {
  return [...state.claims.values()]
    .filter((claim) => claim.reported === null && state.seats.get(claim.seat)?.seat.harness !== 'person' && covers(scope, endedRun(state, claim, { failed: false, fingerprint: '' })))
    .slice(0, MAX_EVENTS - 1)
    .map(({ plan_id, step_id, fence }) => ({ type: 'claim.revoked', plan_id, step_id, fence, by, reason }));
}
