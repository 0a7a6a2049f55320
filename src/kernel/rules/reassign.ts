import type { Event } from '../event.ts';
import type { SeatId } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { seatKinds, workKind } from '../ranking.ts';
import { reject } from '../rejection.ts';
import type { Decision, Rejection } from '../rejection.ts';
import type { SeatState, State, StepState } from '../state.ts';
import { stopFor, stopForSeat } from '../stops.ts';
import { cannotTake } from './claim.ts';
import { findHolder, findStepOf } from './find.ts';
import { grantEvent } from './grant.ts';
import { stopRejection } from './pause.ts';

/** An open step is kept for one seat, or left to its plan again. */
export function reassignRule(state: State, input: InputOf<'reassign'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { step, claim } = found;
  const { plan_id, step_id, seat, by, reason } = input;
  const wrong = ended(step) ?? (seat === null ? undefined : unable(state, seat, step));
  if (wrong !== undefined) return { ok: false, rejection: wrong };
  if (claim !== undefined) return reject('CLAIM_HELD', `${step.key} is held by ${claim.seat} under fence ${String(claim.fence)}`, `coo take ${step.key} --seat ${seat ?? '<seat>'} --reason '...'`);
  if (step.assigned === seat) return reject('UNCHANGED', `${step.key} is ${seat === null ? 'kept for nobody' : `kept for ${seat}`}`, 'nothing to do');
  return { ok: true, events: [{ type: 'step.reassigned', plan_id, step_id, seat, by, reason }] };
}

/** The holder hands his step to another seat. No retry is charged. */
export function giveRule(state: State, input: InputOf<'give'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, seat, reason, at_ms } = input;
  const { claim, step } = found;
  if (claim.seat === seat) return reject('UNCHANGED', `${seat} holds ${step.key}`, 'go on working');
  const wrong = unable(state, seat, step);
  if (wrong !== undefined) return { ok: false, rejection: wrong };
  return {
    ok: true,
    events: [
      { type: 'claim.released', plan_id, step_id, fence, reason, next: { kind: 'retry', ready_at_ms: at_ms } },
      { type: 'step.ready', plan_id, step_id },
      { type: 'step.reassigned', plan_id, step_id, seat, by: claim.seat, reason },
    ],
  };
}

/**
 * A seat takes a step from its holder. Where somebody holds it by hand the grant follows at once, under a higher fence; a worker is killed
 * first, and the step is kept for the seat until the worker is seen dead.
 */
export function seizeRule(state: State, input: InputOf<'seize'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step, claim } = found;
  const { plan_id, step_id, nonce, token_sha256, by, reason, at_ms } = input;
  const wrong = ended(step) ?? unable(state, input.seat, step);
  if (wrong !== undefined) return { ok: false, rejection: wrong };
  const to = state.seats.get(input.seat);
  if (claim === undefined || to === undefined) return reject('CLAIM_NONE', `nobody holds ${step.key}; it is ${step.status}`, `coo claim ${step.key} --seat ${input.seat}`);
  if (claim.seat === input.seat) return reject('UNCHANGED', `${input.seat} holds ${step.key} under fence ${String(claim.fence)}`, 'go on working');
  const busy = cannotTake(state, to, { kind: 'held' });
  if (busy !== undefined) return { ok: false, rejection: busy };
  const stop = stopFor(state, plan_id) ?? stopForSeat(state, to.seat);
  if (stop !== undefined) return stopRejection(stop);
  const revoked: Event = { type: 'claim.revoked', plan_id, step_id, fence: claim.fence, by, reason };
  const kept: Event = { type: 'step.reassigned', plan_id, step_id, seat: input.seat, by, reason };
  if (claim.kind === 'beating') return { ok: true, events: [revoked, kept] };
  const granted = grantEvent(state, plan, step, { seat: to.seat, nonce, token_sha256, kind: 'held', at_ms, byManager: false });
  return { ok: true, events: [revoked, kept, granted] };
}

function ended(step: StepState): Rejection | undefined {
  if (step.status !== 'done' && step.status !== 'cancelled') return undefined;
  return { code: 'STEP_ENDED', message: `${step.key} is ${step.status}`, fix: step.status === 'done' ? `coo undo ${step.key} --reason '...'` : 'put it into a new plan' };
}

/** Why a seat could not do a step even if it were kept for it. */
function unable(state: State, seat: SeatId, step: StepState): Rejection | undefined {
  const to = state.seats.get(seat);
  if (to === undefined) return { code: 'SEAT_UNKNOWN', message: `there is no seat ${seat}; there are ${[...state.seats.keys()].join(', ')}`, fix: 'add it under seats: in _plans/coo.yaml' };
  if (seatKinds(to.seat).includes(workKind(step.spec))) return undefined;
  return { code: 'HARNESS_UNFIT', message: `${step.key} has no commands, and seat ${seat} can only run commands`, fix: `name another seat: ${others(state, step)}` };
}

function others(state: State, step: StepState): string {
  const able = [...state.seats.values()].filter(({ seat }: SeatState) => seatKinds(seat).includes(workKind(step.spec)));
  return able.map(({ seat }) => seat.seat).join(', ') || 'add one with harness: person to _plans/coo.yaml';
}
