import { inScope } from '../../../format/paths.ts';
import type { RuleContext } from '../context.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import { isReceiptPath } from '../paths.ts';

/** What an accepted attempt changed lies in the scope of the order that its receipt repeats. It was judged so; the objects say it again. */
export async function scope(_: Change, { accepted, history }: RuleContext): Promise<readonly GuardFinding[]> {
  const shown = accepted.filter(({ run }) => run !== undefined);
  const differences = await history.differences(shown.map(({ pair }) => pair));
  return shown.flatMap(({ attempt, commit, run }, at) =>
    (differences[at] ?? []).flatMap(({ path }): readonly GuardFinding[] => {
      const verdict = isReceiptPath(path) ? { ok: true as const } : inScope(path, run?.order.scope ?? undefined);
      return verdict.ok ? [] : [{ code: verdict.code, severity: 'error', path, commit, message: `${verdict.message} (${attempt.plan_id}/${attempt.step_id})`, fix: 'coo verify; this attempt should not have been accepted' }];
    }),
  );
}
