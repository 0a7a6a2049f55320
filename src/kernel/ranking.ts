import { dropEntry, newHeap, pushEntry, topEntry } from './heap.ts';
import { isAgent } from './org.ts';
import type { Seat } from './org.ts';
import { PRIORITY_RANK } from './plan.ts';
import type { Step } from './plan.ts';
import type { Millis } from './ids.ts';
import { heldBack } from './spending.ts';
import { findStep } from './state.ts';
import { stopForSeat } from './stops.ts';
import type { PlanState, ReadyEntry, SeatState, State, StepState } from './state.ts';

/** `c` = has commands, so a shell can do it; `p` = has a prompt, for an agent or a person; `h` = says only what is wanted, for somebody who works by hand. */
export type WorkKind = 'c' | 'p' | 'h';

export function workKind(step: Step): WorkKind {
  return step.commands !== undefined && step.commands.length > 0 ? 'c' : step.prompt === undefined ? 'h' : 'p';
}

/** Which kinds of work a seat's harness can do. */
export function seatKinds(seat: Seat): readonly WorkKind[] {
  switch (seat.harness) {
    case 'shell':
      return ['c'];
    case 'person':
    case 'bus':
      return ['c', 'p', 'h'];
    case 'claude':
    case 'codex':
    case 'acp':
    case 'command':
      return ['p'];
    default:
      return seat.harness satisfies never;
  }
}

/** The queue a ready step stands in: by its seat, else by its role, else open to every seat. */
export function poolOf({ assigned, spec }: Pick<StepState, 'assigned' | 'spec'>): string {
  const seat = assigned ?? spec.seat;
  const who = seat !== undefined ? `seat:${seat}` : spec.role !== undefined ? `role:${spec.role}` : 'any';
  return `${workKind(spec)}/${who}`;
}

/** Whether a seat may do a step: harness, named seat, role. */
export function fits(seat: Seat, step: Step): boolean {
  if (!seatKinds(seat).includes(workKind(step))) return false;
  if (step.seat !== undefined) return step.seat === seat.seat || step.seat === seat.group;
  return step.role === undefined ? seat.guest !== true : seat.roles.includes(step.role);
}

/** Whether a seat may do a step as it stands: a person's word comes before the plan's. */
export function mayDo(seat: Seat, { assigned, spec }: Pick<StepState, 'assigned' | 'spec'>): boolean {
  return fits(seat, assigned === null ? spec : { ...spec, seat: assigned });
}

/** Priority, then age of the plan, then place in it, as one safe integer: 2 bits, 38 bits, 11 bits. */
export function rankOf(plan: PlanState, step: StepState): number {
  const priority = PRIORITY_RANK[plan.plan.priority ?? 'normal'];
  return (priority * 2 ** 38 + plan.age) * 2 ** 11 + step.index;
}

export function enqueue(state: State, plan: PlanState, step: StepState): void {
  if (step.queued !== null) return;
  const pool = poolOf(step);
  let heap = state.ready.get(pool);
  if (heap === undefined) {
    heap = newHeap();
    state.ready.set(pool, heap);
  }
  const entry: ReadyEntry = { rank: rankOf(plan, step), live: true, plan_id: step.plan_id, step_id: step.step_id, pool };
  step.queued = entry;
  pushEntry(heap, entry);
}

export function dequeue(state: State, step: StepState): void {
  if (step.queued === null) return;
  const heap = state.ready.get(step.queued.pool);
  if (heap !== undefined) dropEntry(heap, step.queued);
  step.queued = null;
}

/** The best ready step that a seat may do. */
export function bestFor(state: State, seat: Seat): ReadyEntry | undefined {
  let best: ReadyEntry | undefined;
  const look = (pool: string): void => {
    const heap = state.ready.get(pool);
    const top = heap === undefined ? undefined : topEntry(heap);
    if (top !== undefined && (best === undefined || top.rank < best.rank)) best = top;
  };
  for (const kind of seatKinds(seat)) {
    if (seat.guest !== true) look(`${kind}/any`);
    look(`${kind}/seat:${seat.seat}`);
    if (seat.group !== seat.seat) look(`${kind}/seat:${seat.group}`);
    for (const role of seat.roles) look(`${kind}/role:${role}`);
  }
  return best;
}

/** Whether the manager itself works for this seat. */
export function managed(seat: Seat): boolean {
  return (seat.harness === 'shell' || isAgent(seat.harness)) && (seat.starts ?? 'manager') === 'manager';
}

/** Whether the manager may give a seat work: it is its own, and nothing keeps the seat from it. */
export function mayGet(state: State, seat: Seat): boolean {
  return managed(seat) && !state.parked.has(seat.group) && !state.unfit.has(seat.group) && stopForSeat(state, seat) === undefined;
}

/**
 * The next grant: the best step over all idle seats; of the seats that could take it the most specialised one,
 * then the one that has waited longest for a grant, then by id. `unsure`: groups that get nothing this time.
 */
export function bestGrant(state: State, unsure: readonly string[] = [], at_ms?: Millis): { readonly seat: SeatState; readonly entry: ReadyEntry } | undefined {
  let found: { seat: SeatState; entry: ReadyEntry } | undefined;
  for (const seat of state.seats.values()) {
    if (seat.claim !== null || !mayGet(state, seat.seat) || unsure.includes(seat.seat.group)) continue;
    const entry = bestFor(state, seat.seat);
    if (entry === undefined || (at_ms !== undefined && lacksFunds(state, entry, seat.seat, at_ms))) continue;
    if (found === undefined || entry.rank < found.entry.rank || (entry === found.entry && before(seat, found.seat))) found = { seat, entry };
  }
  return found;
}

/** What its seat may use in a day is held by those at work. */
function lacksFunds(state: State, { plan_id, step_id }: ReadyEntry, seat: Seat, at_ms: Millis): boolean {
  const step = findStep(state, plan_id, step_id);
  return step !== undefined && heldBack(state, step, seat, at_ms) === 'seat';
}

function before(a: SeatState, b: SeatState): boolean {
  if (a.seat.roles.length !== b.seat.roles.length) return a.seat.roles.length < b.seat.roles.length;
  if (a.last_grant !== b.last_grant) return a.last_grant < b.last_grant;
  return a.seat.seat < b.seat.seat;
}
