import { dropEntry, pushEntry } from './heap.ts';
import type { Millis, SeatId } from './ids.ts';
import { dayOf, NOTHING, plus } from './spending.ts';
import type { Spent } from './spending.ts';
import type { Parked, PlanState, State, StepState } from './state.ts';

/** Keeps a group of seats from grants until a time, or (null) no longer. */
export function parkGroup(state: State, group: SeatId, parked: Parked | null): State {
  const timer = state.parked_timers.get(group);
  if (timer !== undefined) dropEntry(state.timers, timer);
  state.parked_timers.delete(group);
  if (parked === null) {
    state.parked.delete(group);
    return state;
  }
  state.parked.set(group, parked);
  const entry = { rank: parked.until_ms, live: true, of: { kind: 'seat', group } as const };
  state.parked_timers.set(group, entry);
  pushEntry(state.timers, entry);
  return state;
}

/** Adds what an attempt used to its step, its plan, and the day that it ended on. */
export function spend(state: State, plan: PlanState, step: StepState, group: SeatId, spent: Partial<Spent>, at_ms: Millis): State {
  const day = dayOf(at_ms);
  if (state.day === null || state.day.day < day) state.day = { day, groups: new Map(), all: NOTHING };
  state.day.all = plus(state.day.all, spent);
  state.day.groups.set(group, plus(state.day.groups.get(group) ?? NOTHING, spent));
  plan.spent = plus(plan.spent, spent);
  step.spent = plus(step.spent, spent);
  return state;
}
