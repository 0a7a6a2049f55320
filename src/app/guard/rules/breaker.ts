import { namedScope } from '../../../kernel/scope.ts';
import type { RuleContext } from '../context.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';

/** An open breaker stops assignments, not merges: it is told to whoever is about to merge. */
export function breaker(change: Change, { ledger }: RuleContext): readonly GuardFinding[] {
  if (ledger === null || change.commits.length === 0) return [];
  return [...ledger.state.breakers].flatMap(([scope, { kind, reason }]): readonly GuardFinding[] => {
    if (kind !== 'open') return [];
    return [{ code: 'BREAKER_OPEN', severity: 'warning', path: null, commit: null, message: `the breaker of ${namedScope(scope)} is open: ${reason}`, fix: 'coo breaker' }];
  });
}
