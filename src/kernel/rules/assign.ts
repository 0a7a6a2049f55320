import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { inTheWay } from '../overlap.ts';
import { bestGrant } from '../ranking.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { heldBack, holderIn } from '../spending.ts';
import { findStep } from '../state.ts';
import type { State } from '../state.ts';
import { stopOf } from '../stops.ts';
import { grantEvent, limitsOf } from './grant.ts';
import { stopRejection } from './pause.ts';

/** The manager's next grant: the best ready step to the seat that suits it best. One that would get in another's way is put behind it instead. */
export function assignRule(state: State, input: InputOf<'assign'>): Decision<Event> {
  if (state.epoch?.number !== input.epoch || state.epoch.ended) return reject('EPOCH_OLD', `epoch ${String(input.epoch)} is over`, 'this manager must stop');
  const stop = stopOf(state, 'all');
  if (stop !== undefined) return stopRejection(stop);
  const limit = limitsOf(state).workers;
  if (state.workers >= limit) return reject('WORKERS_FULL', `${String(limit)} attempts are at work`, 'wait, or raise limits.workers in _plans/coo.yaml');
  const grant = bestGrant(state, input.unsure, input.at_ms);
  if (grant === undefined) return reject('NOTHING_TO_DO', 'no ready step fits an idle seat', 'coo status');
  const { entry, seat } = grant;
  const plan = state.plans.get(entry.plan_id);
  const step = findStep(state, entry.plan_id, entry.step_id);
  if (plan === undefined || step === undefined) return reject('STEP_UNKNOWN', `${entry.plan_id}/${entry.step_id} is not in the state`, 'coo verify');
  const isHeld = heldBack(state, step, seat.seat, input.at_ms) === 'plan';
  const behind = inTheWay(state, step) ?? (isHeld ? holderIn(state, step) : undefined);
  if (behind !== undefined) return { ok: true, events: [{ type: 'step.deferred', plan_id: step.plan_id, step_id: step.step_id, behind }] };
  const { nonce, token_sha256, at_ms } = input;
  return { ok: true, events: [grantEvent(state, plan, step, { seat: seat.seat, nonce, token_sha256, kind: 'beating', at_ms, byManager: true })] };
}
