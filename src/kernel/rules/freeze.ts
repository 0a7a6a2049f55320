import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision, Rejection } from '../rejection.ts';
import type { Frozen, State } from '../state.ts';

/** No effect from here on: no start, no judgement, no merge. What comes in is recorded, and waits; workers at work go on. */
export function freezeRule(state: State, input: InputOf<'freeze'>): Decision<Event> {
  if (state.frozen !== null) return reject('UNCHANGED', `everything is frozen by ${state.frozen.by}: ${state.frozen.reason}`, 'nothing to do');
  const { seq, by, reason, at_ms } = input;
  return { ok: true, events: [{ type: 'frozen', seq, by, reason, at_ms }] };
}

export function thawRule(state: State, input: InputOf<'thaw'>): Decision<Event> {
  if (state.frozen === null) return reject('NOT_FROZEN', 'nothing is frozen', 'coo status; a pause ends with coo resume');
  return { ok: true, events: [{ type: 'thawed', by: input.by, reason: input.reason }] };
}

export function frozenRejection({ by, reason }: Pick<Frozen, 'by' | 'reason'>): { readonly ok: false; readonly rejection: Rejection } {
  return reject('FROZEN', `everything is frozen by ${by}: ${reason}`, "coo thaw --reason '...'");
}
