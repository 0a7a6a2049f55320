import { isoTime } from '../../kernel/iso.ts';
import type { State } from '../../kernel/state.ts';
import { duration } from './duration.ts';
import { plain } from './plain.ts';
import type { Style } from './style.ts';

/** One breaker that is not closed. */
export interface BreakerView {
  readonly scope: string;
  readonly state: 'open' | 'half_open';
  readonly reason: string;
  /** When it half opens by itself; null = only a person closes it. */
  readonly until: string | null;
  readonly trips: number;
}

export function breakersOf(state: State): readonly BreakerView[] {
  return [...state.breakers].map(([scope, breaker]) => ({
    scope,
    state: breaker.kind,
    reason: breaker.reason,
    until: breaker.kind === 'open' && breaker.until_ms !== null ? isoTime(breaker.until_ms) : null,
    trips: breaker.trips,
  }));
}

export function breakerLines(breakers: readonly BreakerView[], style: Style, now_ms: number): readonly string[] {
  if (breakers.length === 0) return ['the breaker is closed: work goes on'];
  return breakers.flatMap(({ scope, state, reason, until }) => {
    const where = scope === 'all' ? 'all work' : `plan ${scope}`;
    if (state === 'half_open') return [style.yellow(`${where}: half open, one step is tried`), `  why:   ${plain(reason)}`];
    const rest = until === null ? 'only a person closes it' : `one step is tried in ${duration(Date.parse(until) - now_ms)}`;
    return [style.red(`${where}: STOPPED (breaker open), ${rest}`), `  why:   ${plain(reason)}`, `  next:  coo breaker close${scope === 'all' ? '' : ` --plan ${scope}`} --reason '...'`];
  });
}
