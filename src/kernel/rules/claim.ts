import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { Millis } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { isoTime } from '../iso.ts';
import { inTheWay } from '../overlap.ts';
import { mayDo } from '../ranking.ts';
import { reject } from '../rejection.ts';
import type { Decision, Rejection } from '../rejection.ts';
import { heldBack } from '../spending.ts';
import type { PlanState, SeatState, State, StepState } from '../state.ts';
import { stopFor, stopForSeat } from '../stops.ts';
import { findStepOf } from './find.ts';
import { grantEvent, limitsOf } from './grant.ts';
import { stopRejection } from './pause.ts';

/** Somebody asks for one step by name. */
export function claimRule(state: State, input: InputOf<'claim'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step, claim } = found;
  const key = stepKey(input.plan_id, input.step_id);
  const seat = state.seats.get(input.seat);
  if (seat === undefined) return reject('SEAT_UNKNOWN', `there is no seat ${input.seat}; there are ${[...state.seats.keys()].join(', ')}`, 'add it under seats: in _plans/coo.yaml');
  if (claim !== undefined) {
    if (claim.seat === input.seat && claim.nonce === input.nonce) return reject('UNCHANGED', `${input.seat} holds ${key} under fence ${String(claim.fence)}`, 'go on working');
    return reject('CLAIM_HELD', `${key} is held by ${claim.seat} under fence ${String(claim.fence)}`, `choose another step (coo status --ready) or wait: coo explain ${key}`);
  }
  const mended = byPerson(seat, step);
  const wrong = (mended ? undefined : unready(plan, step)) ?? unfit(state, seat, step);
  if (wrong !== undefined) return { ok: false, rejection: wrong };
  const busy = cannotTake(state, seat, input);
  if (busy !== undefined) return { ok: false, rejection: busy };
  const stop = stopFor(state, input.plan_id) ?? stopForSeat(state, seat.seat);
  if (stop !== undefined) return stopRejection(stop);
  const behind = inTheWay(state, step);
  if (behind !== undefined) return reject('OVERLAP', `${key} may write where ${behind} is at work (${state.claims.get(behind)?.seat ?? ''})`, `choose another step, or wait: coo explain ${key}`);
  const broke = cannotPay(state, seat, step, input);
  if (broke !== undefined) return { ok: false, rejection: broke };
  const { nonce, token_sha256, kind, at_ms } = input;
  const granted = grantEvent(state, plan, step, { seat: seat.seat, nonce, token_sha256, kind, at_ms, byManager: false });
  const { plan_id, step_id } = input;
  return { ok: true, events: mended ? [{ type: 'step.retried', plan_id, step_id, by: seat.seat.seat, reason: 'taken by hand' }, granted] : [granted] };
}

/** A person may take a blocked or failed step as it is, to mend it by hand: between a retry and a claim the manager would have granted it away. */
function byPerson(seat: SeatState, step: StepState): boolean {
  const stuck = step.status === 'blocked' || step.status === 'failed';
  return stuck && seat.seat.harness === 'person' && step.open_deps === 0 && step.stopping === null;
}

/** Why a seat has to wait: what is left of a budget is held by attempts at work. */
export function cannotPay(state: State, { seat }: SeatState, step: StepState, input: { readonly kind: 'beating' | 'held'; readonly at_ms: Millis }): Rejection | undefined {
  if (input.kind === 'held' || heldBack(state, step, seat, input.at_ms) === undefined) return undefined;
  return { code: 'SEAT_PARKED', message: `what is left of the budget for ${step.key} is held by attempts at work`, fix: 'wait until one of them ends, or raise the budget' };
}

/** Why this seat can take nothing now; undefined when it can. */
export function cannotTake(state: State, seat: SeatState, input: { readonly kind: 'beating' | 'held' }): Rejection | undefined {
  if (seat.claim !== null) {
    const held = state.claims.get(seat.claim);
    const reported = held !== undefined && held.reported !== null;
    const fix = reported ? `it is reported, and free when it is judged: coo explain ${seat.claim}` : `finish it, or: coo release ${seat.claim}${held === undefined ? '' : ` --fence ${String(held.fence)}`}`;
    return { code: 'SEAT_BUSY', message: `seat ${seat.seat.seat} holds ${seat.claim}, and a seat does one step at a time`, fix };
  }
  const parked = input.kind === 'beating' ? state.parked.get(seat.seat.group) : undefined;
  if (parked !== undefined) return { code: parked.why === 'budget' ? 'BUDGET_SPENT' : 'SEAT_PARKED', message: `seat ${seat.seat.seat} gets nothing until ${isoTime(parked.until_ms)}: ${parked.reason}`, fix: parked.why === 'budget' ? "wait, or raise the budget in _plans/coo.yaml, then coo breaker close --reason '...'" : 'wait' };
  const limit = limitsOf(state).workers;
  if (input.kind === 'beating' && state.workers >= limit) {
    return { code: 'WORKERS_FULL', message: `${String(limit)} attempts are at work`, fix: 'wait, or raise limits.workers in _plans/coo.yaml' };
  }
  return undefined;
}

function unready(plan: PlanState, step: StepState): Rejection | undefined {
  const key = stepKey(step.plan_id, step.step_id);
  switch (step.status) {
    case 'ready':
      return undefined;
    case 'waiting':
      return { code: 'STEP_NOT_READY', message: `${key} waits for ${waitsFor(plan, step)}`, fix: `coo explain ${key}` };
    case 'blocked':
    case 'failed':
      return { code: 'STEP_NOT_READY', message: `${key} is ${step.status}: ${step.why ?? 'its attempts are used up'}`, fix: `coo retry ${key} --reason '...'` };
    case 'claimed':
    case 'running':
    case 'checking':
      return { code: 'CLAIM_HELD', message: `${key} is ${step.status}`, fix: `coo explain ${key}` };
    case 'done':
    case 'cancelled':
      return { code: 'STEP_ENDED', message: `${key} is ${step.status}`, fix: 'nothing to do' };
    default:
      return step.status satisfies never;
  }
}

function waitsFor(plan: PlanState, step: StepState): string {
  const open = (step.spec.depends_on ?? []).filter((id) => plan.steps.get(id)?.status !== 'done');
  if (open.length > 0) return open.join(', ');
  if (step.stopping !== null) return `the worker of fence ${String(step.stopping)} to be seen dead`;
  return 'its back-off to end';
}

function unfit(state: State, seat: SeatState, step: StepState): Rejection | undefined {
  if (mayDo(seat.seat, step)) return undefined;
  const named = step.assigned ?? step.spec.seat;
  const { role } = step.spec;
  const able = [...state.seats.values()].filter((one) => mayDo(one.seat, step)).map((one) => one.seat.seat);
  const fix = able.length > 0 ? `${able.slice(0, SHOWN).join(', ')} can` : 'no seat can: add one under seats: in _plans/coo.yaml';
  if (named !== undefined && named !== seat.seat.seat && named !== seat.seat.group) return { code: 'SEAT_UNFIT', message: `${step.key} is for seat ${named}`, fix };
  if (named === undefined && role !== undefined && !seat.seat.roles.includes(role)) {
    return { code: 'SEAT_UNFIT', message: `${step.key} needs role ${role}; seat ${seat.seat.seat} has ${seat.seat.roles.join(', ')}`, fix };
  }
  if (seat.seat.guest === true) return { code: 'SEAT_UNFIT', message: `${seat.seat.seat} is a guest, and does steps of role guest only`, fix: `a person lists it under seats: in _plans/coo.yaml; until then ${fix}` };
  return { code: 'HARNESS_UNFIT', message: `${step.key} has no commands, and harness ${seat.seat.harness} can only run commands`, fix };
}

/** Seats named in a refusal. */
const SHOWN = 8;
