import type { RuleContext } from '../context.ts';
import { ownChanges } from '../change.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import { isProtectedPath } from '../paths.ts';

/**
 * What changes how git, the forge or coo behave is a listed person's to change. An accepted step may, where its scope names the path: that was judged,
 * and is looked at again by the rule of scope. Where the base lists
 * nobody yet (the first push of everything, or of the first list) such a change is only told.
 */
export function protectedPaths(change: Change, { accounts, policy }: RuleContext): readonly GuardFinding[] {
  const severity = policy.from === 'base' ? 'error' : 'warning';
  return change.commits.flatMap((commit) => {
    const by = accounts.get(commit.id)?.by;
    // A merge that brings nothing of its own has no change of its own either.
    if (by === 'person' || by === 'receipt' || by === 'plan' || by === 'merge') return [];
    return ownChanges(commit)
      .filter(({ path }) => isProtectedPath(path))
      .map(({ path }): GuardFinding => ({ code: 'PROTECTED_PATH', severity, path, commit: commit.id, message: 'may be changed by a listed person only', fix: 'let a person commit it whose seat in _plans/coo.yaml (harness: person) has their e-mail address' }));
  });
}
