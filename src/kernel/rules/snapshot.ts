import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** A baseline is taken under a name that is never used again, in any case of its letters: it names a tag and a file. */
export function snapshotRule(state: State, input: InputOf<'snapshot'>): Decision<Event> {
  const { type: _type, name, ...rest } = input;
  const taken = [...state.snapshots.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (taken !== undefined) return reject('SNAPSHOT_EXISTS', `snapshot ${taken.name} was taken by ${taken.by} after entry ${String(taken.seq)}: a name is used once`, 'choose another name');
  return { ok: true, events: [{ type: 'snapshot.taken', name, ...rest }] };
}
