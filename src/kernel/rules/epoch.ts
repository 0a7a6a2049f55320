import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** The genesis: once per ledger. */
export function startRule(state: State, input: InputOf<'start'>): Decision<Event> {
  if (state.ledger !== null) return reject('UNCHANGED', `the ledger ${state.ledger} exists`, 'nothing to do');
  return { ok: true, events: [{ type: 'ledger.started', ledger: input.ledger, object_format: input.object_format, at_ms: input.at_ms }] };
}

/** A manager takes over: effects from now on belong to the new epoch. */
export function beginRule(state: State, input: InputOf<'begin'>): Decision<Event> {
  if (state.ledger === null) return reject('NO_LEDGER', 'there is no ledger here', 'coo init');
  if ((state.epoch?.number ?? 0) !== input.after) return reject('EPOCH_OLD', `epoch ${String(input.after)} is over: another manager began one`, 'look again who manages: coo status');
  return { ok: true, events: [{ type: 'epoch.began', epoch: (state.epoch?.number ?? 0) + 1, manager: input.manager, at_ms: input.at_ms }] };
}

/** A manager leaves in good order. */
export function endRule(state: State, input: InputOf<'end'>): Decision<Event> {
  if (state.epoch?.number !== input.epoch || state.epoch.ended) return reject('EPOCH_OLD', `epoch ${String(input.epoch)} is over`, 'nothing to do');
  return { ok: true, events: [{ type: 'epoch.ended', epoch: input.epoch, at_ms: input.at_ms }] };
}
