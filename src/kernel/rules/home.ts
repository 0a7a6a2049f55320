import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** The ledger goes on in another clone. No attempt may be at work: its processes and folders do not go with it. */
export function moveHomeRule(state: State, input: InputOf<'move_home'>): Decision<Event> {
  if (state.ledger === null) return reject('NO_LEDGER', 'there is no ledger here', 'coo init');
  const beating = [...state.claims.values()].find(({ kind }) => kind === 'beating');
  if (beating !== undefined) return reject('CLAIM_BEATING', `${beating.plan_id}/${beating.step_id} is at work here`, 'coo pause --reason moving, wait until coo status shows nothing running, then again');
  if (state.workers > 0) return reject('CLAIM_BEATING', 'a worker that was told to stop has not been seen dead yet', 'coo run --once, then again');
  if (state.epoch !== null && !state.epoch.ended) return reject('EPOCH_OLD', `the manager of epoch ${String(state.epoch.number)} is at work here`, 'stop it first: Ctrl-C where coo run is');
  const { to, by, reason } = input;
  return { ok: true, events: [{ type: 'home.moved', to, by, reason }] };
}

/**
 * The home is lost, and the ledger goes on here. What was at work there cannot be asked any more: its claims and its epoch stand, and the next
 * manager takes over from them as from a dead one. That no home is seen alive is looked at before this is asked.
 */
export function adoptHomeRule(state: State, { to, by, reason }: InputOf<'adopt_home'>): Decision<Event> {
  if (state.ledger === null) return reject('NO_LEDGER', 'there is no ledger here', 'coo init');
  return { ok: true, events: [{ type: 'home.moved', to, by, reason }] };
}
