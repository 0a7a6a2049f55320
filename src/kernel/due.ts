import { topEntry } from './heap.ts';
import type { Millis } from './ids.ts';
import type { Command, State } from './state.ts';

/** Effects that are owed: allowed by the ledger, their outcome not yet in it. Oldest first. */
export function due(state: State): readonly Command[] {
  return [...state.owed.values()];
}

/** Wall time of the next timer, or null: the next back-off or cool-down that ends. */
export function nextTimer(state: State): Millis | null {
  return topEntry(state.timers)?.rank ?? null;
}
