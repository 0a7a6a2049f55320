import type { Event } from '../event.ts';
import { isId } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { MAX_GUESTS } from '../limits.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** Somebody comes in by himself, where the organisation is open: a guest, with the role `guest` alone, until a person lists him. */
export function joinRule(state: State, input: InputOf<'join'>): Decision<Event> {
  const { seat, roles, at_ms } = input;
  if (state.org?.seats_open !== true) return reject('SEATS_CLOSED', `seat ${seat} cannot join by itself: seats_open is not set here`, `a person lists it under seats: in _plans/coo.yaml: {seat: ${seat}, roles: [${roles.join(', ')}], harness: bus}`);
  if (!isId(seat)) return reject('SEAT_UNKNOWN', `${JSON.stringify(seat)} is no name for a seat`, 'letters, digits, - and _, at most 63, the first a letter or digit');
  if (state.guests.has(seat)) return reject('UNCHANGED', `${seat} is a guest already`, 'coo next');
  const taken = [...state.seats.keys()].find((name) => name.toLowerCase() === seat.toLowerCase());
  if (taken !== undefined) return reject('SEAT_EXISTS', `there is a seat ${taken}`, 'work as that seat if it is yours, or choose another name');
  if (state.guests.size >= MAX_GUESTS) return reject('SEATS_FULL', `${String(MAX_GUESTS)} guests are here`, 'a person lists those that stay in _plans/coo.yaml');
  return { ok: true, events: [{ type: 'seat.joined', seat, roles, at_ms }] };
}
