import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { inTheWay } from '../overlap.ts';
import { bestFor } from '../ranking.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { findStep } from '../state.ts';
import type { State } from '../state.ts';
import { stopForSeat, stopOf } from '../stops.ts';
import { cannotPay, cannotTake } from './claim.ts';
import { grantEvent } from './grant.ts';
import { stopRejection } from './pause.ts';

/** A seat asks for whatever is best for it now. One that would get in another's way is put behind it: then the seat asks again. */
export function takeRule(state: State, input: InputOf<'take'>): Decision<Event> {
  const seat = state.seats.get(input.seat);
  if (seat === undefined) return reject('SEAT_UNKNOWN', `there is no seat ${input.seat}`, 'add it under seats: in _plans/coo.yaml');
  const busy = cannotTake(state, seat, input);
  if (busy !== undefined) return { ok: false, rejection: busy };
  const stop = stopOf(state, 'all') ?? stopForSeat(state, seat.seat);
  if (stop !== undefined) return stopRejection(stop);
  const entry = bestFor(state, seat.seat);
  const plan = entry === undefined ? undefined : state.plans.get(entry.plan_id);
  const step = entry === undefined ? undefined : findStep(state, entry.plan_id, entry.step_id);
  if (plan === undefined || step === undefined) return reject('NOTHING_TO_DO', `nothing is ready for seat ${input.seat}`, 'coo status');
  const behind = inTheWay(state, step);
  if (behind !== undefined) return { ok: true, events: [{ type: 'step.deferred', plan_id: step.plan_id, step_id: step.step_id, behind }] };
  const broke = cannotPay(state, seat, step, input);
  if (broke !== undefined) return { ok: false, rejection: broke };
  const { nonce, token_sha256, kind, at_ms } = input;
  return { ok: true, events: [grantEvent(state, plan, step, { seat: seat.seat, nonce, token_sha256, kind, at_ms, byManager: false })] };
}
