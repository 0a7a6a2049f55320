import { heapSize, leastEntries, topEntry } from './heap.ts';
import type { SeatId } from './ids.ts';
import { inTheWay } from './overlap.ts';
import { managed, mayDo } from './ranking.ts';
import type { PlanState, ReadyEntry, State, StepState } from './state.ts';
import { stopForSeat, stopOf } from './stops.ts';

/** Whom ready steps are kept for. `any`: no role is asked for. */
export type Audience = { readonly kind: 'role'; readonly role: string } | { readonly kind: 'seat'; readonly seat: SeatId } | { readonly kind: 'any' };

/** What one audience can claim now. */
export interface Offered {
  readonly to: Audience;
  /** The best first. */
  readonly steps: readonly { readonly plan: PlanState; readonly step: StepState }[];
  /** Those beyond. */
  readonly more: number;
}

/** The role of a seat that joined by itself. */
const GUEST = 'guest';

/** Ready steps that somebody other than the manager could claim, at most `most` for each audience. Costs what it gives, however many are ready. */
export function offeredSteps(state: State, most: number): readonly Offered[] {
  if (stopOf(state, 'all') !== undefined) return [];
  const found = new Map<string, { readonly to: Audience; readonly entries: ReadyEntry[]; size: number }>();
  for (const heap of state.ready.values()) {
    const top = topEntry(heap);
    const first = top === undefined ? undefined : whole(state, top);
    // What one step of a queue needs, all of it need.
    if (first === undefined || !claimable(state, first.step)) continue;
    const to = audienceOf(first.step);
    const key = JSON.stringify(to);
    const known = found.get(key) ?? { to, entries: [], size: 0 };
    known.entries.push(...leastEntries(heap, most));
    known.size += heapSize(heap);
    found.set(key, known);
  }
  return Array.from(found.values(), ({ to, entries, size }) => {
    const best = entries.sort((a, b) => a.rank - b.rank).slice(0, most);
    const steps = best.flatMap((entry) => whole(state, entry) ?? []).filter(({ step }) => inTheWay(state, step) === undefined);
    return { to, steps, more: size - best.length };
  });
}

function whole(state: State, { plan_id, step_id }: ReadyEntry): { readonly plan: PlanState; readonly step: StepState } | undefined {
  const plan = state.plans.get(plan_id);
  const step = plan?.steps.get(step_id);
  return plan === undefined || step === undefined ? undefined : { plan, step };
}

function claimable(state: State, step: StepState): boolean {
  if (state.org?.seats_open === true && step.assigned === null && step.spec.seat === undefined && step.spec.role === GUEST) return true;
  return [...state.seats.values()].some(({ seat }) => !managed(seat) && stopForSeat(state, seat) === undefined && mayDo(seat, step));
}

function audienceOf({ assigned, spec }: StepState): Audience {
  const seat = assigned ?? spec.seat;
  if (seat !== undefined) return { kind: 'seat', seat };
  return spec.role === undefined ? { kind: 'any' } : { kind: 'role', role: spec.role };
}
