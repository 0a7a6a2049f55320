import { sameValue } from '../equal.ts';
import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** What a look at a group's needs showed, where it is news. */
export function fitnessRule(state: State, { group, fault }: InputOf<'fitness'>): Decision<Event> {
  if (![...state.seats.values()].some(({ seat }) => seat.group === group)) return reject('SEAT_UNKNOWN', `no seat is called ${group} in coo.yaml`, 'nothing to do');
  const known = state.unfit.get(group) ?? null;
  if (sameValue(known, fault)) return reject('UNCHANGED', `that is known of ${group}`, 'nothing to do');
  return { ok: true, events: [fault === null ? { type: 'seat.fit', group } : { type: 'seat.unfit', group, ...fault }] };
}
