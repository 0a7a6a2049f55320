import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** The views are worth committing again when entries came after the ones they are as of. */
export function checkpointRule(state: State, input: InputOf<'checkpoint'>): Decision<Event> {
  if (input.as_of <= state.checkpoint + 1) return reject('NOTHING_TO_DO', `the views are as of entry ${String(state.checkpoint)}`, 'nothing to do');
  return { ok: true, events: [{ type: 'checkpointed', as_of: input.as_of }] };
}
