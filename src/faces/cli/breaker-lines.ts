import type { BreakerView } from '../../kernel/breaker-views.ts';
import { namedScope, scopeFlag } from '../../kernel/scope.ts';
import { duration } from './duration.ts';
import { plain } from './plain.ts';
import type { Style } from './style.ts';

export function breakerLines(breakers: readonly BreakerView[], style: Style, now_ms: number): readonly string[] {
  if (breakers.length === 0) return ['the breaker is closed: work goes on'];
  return breakers.flatMap(({ scope, state, reason, by, until }) => {
    const where = namedScope(scope);
    const why = `  why:   ${plain(reason)}${by === 'coo' ? '' : ` (${plain(by)})`}`;
    if (state === 'half_open') return [style.yellow(`${where}: half open, one step is tried`), why];
    const rest = until === null ? 'only a person closes it' : `one step is tried in ${duration(Date.parse(until) - now_ms)}`;
    return [style.red(`${where}: STOPPED (breaker open), ${rest}`), why, `  next:  coo breaker close${scopeFlag(scope)} --reason '...'`];
  });
}
