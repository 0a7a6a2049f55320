import type { Scope } from './event.ts';
import { dropEntry, pushEntry } from './heap.ts';
import type { Breaker, State } from './state.ts';
import { parkOrRelease } from './parking.ts';

/** Sets or (null) closes the breaker of a scope, with its timer. */
export function setBreaker(state: State, scope: Scope, breaker: Breaker | null): State {
  const timer = state.breaker_timers.get(scope);
  if (timer !== undefined) dropEntry(state.timers, timer);
  state.breaker_timers.delete(scope);
  if (breaker === null) state.breakers.delete(scope);
  else state.breakers.set(scope, breaker);
  if (breaker?.kind === 'open' && breaker.until_ms !== null) {
    const entry = { rank: breaker.until_ms, live: true, of: { kind: 'breaker', scope } as const };
    state.breaker_timers.set(scope, entry);
    pushEntry(state.timers, entry);
  }
  return park(state, scope);
}

/** Makes a plan's queue follow a stop that began or ended. */
export function park(state: State, scope: Scope): State {
  const plan = state.plans.get(scope);
  if (plan !== undefined) parkOrRelease(state, plan);
  return state;
}
