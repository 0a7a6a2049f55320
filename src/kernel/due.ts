import { topEntry } from './heap.ts';
import type { Millis } from './ids.ts';
import type { Command, State } from './state.ts';
import { owesStart } from './transitions.ts';

/** Effects that are owed: allowed by the ledger, their outcome not yet in it. Oldest first. Of a frozen ledger the end of workers alone: it begins nothing. */
export function due(state: State): readonly Command[] {
  const owed = [...state.owed.values()];
  return state.frozen === null ? owed : owed.filter(({ kind }) => kind === 'stop');
}

/** Workers that something is still to come of: of a frozen ledger neither a result that waits for its judgement, nor a worker that was not started. */
export function atWork(state: State): number {
  if (state.frozen === null) return state.workers;
  const waiting = [...state.claims.values()].filter((claim) => claim.kind === 'beating' && (claim.reported !== null || owesStart(claim)));
  return state.workers - waiting.length;
}

/** Wall time of the next timer, or null: the next back-off or cool-down that ends. */
export function nextTimer(state: State): Millis | null {
  return topEntry(state.timers)?.rank ?? null;
}
