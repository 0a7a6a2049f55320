import { parseProven } from '../../../format/file.ts';
import { inScope } from '../../../format/paths.ts';
import { parseRun } from '../../../format/run.ts';
import type { TreePair } from '../../../ports/history.ts';
import type { RuleContext } from '../context.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import type { Attempt } from '../ledger-facts.ts';
import { isReceiptPath } from '../paths.ts';

const CAP = 67_108_864;

/** What an accepted attempt changed lies in the scope of the order that its receipt repeats. It was judged so; the objects say it again. */
export async function scope(change: Change, { accounts, history, ledger }: RuleContext): Promise<readonly GuardFinding[]> {
  if (ledger === null) return [];
  const judged = new Map<Attempt, { readonly pair: TreePair; readonly commit: string }>();
  for (const { id, parents } of change.commits) {
    const account = accounts.get(id);
    if (account?.by !== 'receipt' || (account.how === 'commit' && id !== account.attempt.commit) || account.how === 'merge') continue;
    const before = account.how === 'commit' ? account.attempt.start : (parents[0] ?? null);
    judged.set(account.attempt, { pair: { before, after: id }, commit: id });
  }
  const shown = [...judged].flatMap(([attempt, at]) => {
    const id = ledger.files.get(attempt.receipt);
    return id === undefined ? [] : [{ attempt, id, ...at }];
  });
  const scopes: (readonly string[] | undefined)[] = [];
  await history.blobs(shown.map(({ id }) => id), CAP, (bytes) => scopes.push((bytes === null ? undefined : parseRun(bytes, parseProven))?.order.scope ?? undefined));
  const differences = await history.differences(shown.map(({ pair }) => pair));
  return shown.flatMap(({ attempt, commit }, at) =>
    (differences[at] ?? []).flatMap(({ path }): readonly GuardFinding[] => {
      const verdict = isReceiptPath(path) ? { ok: true as const } : inScope(path, scopes[at]);
      return verdict.ok ? [] : [{ code: verdict.code, severity: 'error', path, commit, message: `${verdict.message} (${attempt.plan_id}/${attempt.step_id})`, fix: 'coo verify; this attempt should not have been accepted' }];
    }),
  );
}
