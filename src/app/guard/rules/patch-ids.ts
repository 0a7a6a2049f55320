import type { RuleContext } from '../context.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import { isReceiptPath } from '../paths.ts';

/** The patch id in an accepted attempt's receipt, by which a squashed or rebased commit is known, is that of the attempt's own commit, where this clone has it. */
export async function patchIds(_: Change, { accepted, history }: RuleContext): Promise<readonly GuardFinding[]> {
  const here = accepted.flatMap(({ attempt, commit, judged, run }) => (judged === null || run === undefined ? [] : [{ attempt, commit, judged, said: run.change?.patch_id ?? null }]));
  const ids = await history.patchIds(here.map(({ judged }) => judged), isReceiptPath);
  return here.flatMap(({ attempt, commit, said }, at): readonly GuardFinding[] => {
    const is = ids[at] ?? null;
    if (said === is) return [];
    return [{ code: 'PATCH_OTHER', severity: 'error', path: attempt.receipt, commit, message: `says the patch id ${said ?? 'none'}; commit ${attempt.commit ?? ''} of ${attempt.plan_id}/${attempt.step_id} gives ${is ?? 'none'}`, fix: 'coo verify; what this receipt answers for is to be looked at by a person' }];
  });
}
