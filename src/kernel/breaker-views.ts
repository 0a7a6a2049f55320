import type { BreakerCause, Scope } from './event.ts';
import { isoTime } from './iso.ts';
import { scopeParts } from './scope.ts';
import type { State } from './state.ts';

/** One breaker that is not closed. */
export interface BreakerView {
  readonly scope: Scope;
  readonly state: 'open' | 'half_open';
  readonly reason: string;
  /** Who opened it; `coo` by itself. */
  readonly by: string;
  readonly cause?: BreakerCause;
  /** When it half opens by itself; null = only a person closes it. */
  readonly until: string | null;
  readonly trips: number;
}

const WIDTH = { all: 0, harness: 1, seat: 2, plan: 3 } as const;

/** The breakers that are not closed, the widest first. */
export function breakerViews(state: State): readonly BreakerView[] {
  const views = Array.from(state.breakers, ([scope, breaker]): BreakerView => {
    const { kind, reason, by, cause, trips } = breaker;
    const until = breaker.kind === 'open' && breaker.until_ms !== null ? isoTime(breaker.until_ms) : null;
    return { scope, state: kind, reason, by, ...(cause === undefined ? {} : { cause }), until, trips };
  });
  return views.sort((a, b) => WIDTH[scopeParts(a.scope).kind] - WIDTH[scopeParts(b.scope).kind]);
}
