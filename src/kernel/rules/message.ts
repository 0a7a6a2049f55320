import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** A message, claim or plan that was not taken, and why: so that nothing vanishes without a word in the record. */
export function refuseRule(_state: State, input: InputOf<'refuse'>): Decision<Event> {
  const { name, what, code, message } = input;
  return { ok: true, events: [{ type: 'message.refused', name, what, code, message }] };
}

/** Everything in the spool up to this mark is handled. */
export function takenRule(state: State, input: InputOf<'taken'>): Decision<Event> {
  const { spool } = state;
  const { mark } = input;
  const newer = mark.epoch > spool.epoch || (mark.epoch === spool.epoch && mark.number > spool.number);
  if (!newer) return reject('MESSAGE_STALE', `${String(mark.epoch)}.${String(mark.number)} is handled`, 'nothing to do');
  return { ok: true, events: [{ type: 'message.taken', mark }] };
}

/** A result that came after its fence was over: refused, recorded, its bytes kept aside by digest. */
export function lateRule(_state: State, input: InputOf<'late'>): Decision<Event> {
  const { plan_id, step_id, fence, what, digest } = input;
  return { ok: true, events: [{ type: 'late.refused', plan_id, step_id, fence, what, digest }] };
}

export function noteRule(_state: State, input: InputOf<'note'>): Decision<Event> {
  const { at_ms: _at, ...note } = input;
  return { ok: true, events: [{ ...note, type: 'noted' }] };
}
