import type { TreeChange } from '../../../ports/history.ts';
import { AppendOnly } from '../../history/append-only.ts';
import type { RuleContext } from '../context.ts';
import type { Change, RangeCommit } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import { isRecordPath } from '../paths.ts';

const FIX = 'leave what is recorded as it is: make the commit anew without this change (git rebase -i), also where a later one puts it back';

/** What was recorded stays as it is in every commit of the range, merges included: what one changed and a later one put back is found as well. */
export async function appendOnly(change: Change, { history }: RuleContext): Promise<readonly GuardFinding[]> {
  const records = new AppendOnly(isRecordPath);
  const adds = change.commits.some(({ differences }) => differences.some((changes) => changes.some(({ before, path }) => before === null && isRecordPath(path.toLowerCase()))));
  // Names matter only where one is added.
  if (adds && change.base !== null) for (const { path } of await history.files(change.base, ['_report'])) records.know(path);
  return change.commits.flatMap((commit) => records.commit(besideAdditions(commit)).map(({ code, path, message }): GuardFinding => ({ code, severity: 'error', path, commit: commit.id, message, fix: FIX })));
}

/**
 * Coo's own merges bring the receipt of what they merge: an addition that no parent has is held against the ledger by the rule of receipts, and here
 * only as if one parent were all. What a merge changes or takes away stays a change against each.
 */
function besideAdditions({ differences }: RangeCommit): readonly (readonly TreeChange[])[] {
  const [first = [], ...others] = differences;
  if (others.length === 0) return differences;
  const added = others.map((changes) => new Set(changes.flatMap(({ path, before }) => (before === null ? [path] : []))));
  const own = new Set(first.flatMap(({ path, before }) => (before === null && added.every((paths) => paths.has(path)) ? [path] : [])));
  return [first, ...others.map((changes) => changes.filter(({ path }) => !own.has(path)))];
}
