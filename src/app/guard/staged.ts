import { AppendOnly } from '../history/append-only.ts';
import type { GuardFinding } from './finding.ts';
import { isBusPath, isProtectedPath, isRecordPath, isWritten } from './paths.ts';
import { NONE, report } from './report.ts';
import type { GuardReport, GuardTools } from './report.ts';
import { scanFiles } from './rules/secrets.ts';

const DEFAULT_PREFIX = 'coo';

/** What is staged, and nothing else: it takes as long as git takes to tell. */
export async function guardCommit({ history, secrets }: GuardTools): Promise<GuardReport> {
  const staged = await history.staged();
  const records = new AppendOnly(isRecordPath);
  const findings: GuardFinding[] = records.commit([staged]).map(({ code, path, message }) => ({ code, severity: 'error', path, commit: null, message, fix: `git restore --staged --worktree -- ${path}` }));
  for (const { path, after } of staged) {
    if (after !== null && isBusPath(path)) findings.push({ code: 'BUS_COMMITTED', severity: 'error', path, commit: null, message: 'is of the live bus: claims and orders hold only in the ledger', fix: `git rm --cached -- ${path}` });
    if (isProtectedPath(path)) findings.push({ code: 'PROTECTED_PATH', severity: 'warning', path, commit: null, message: 'may be changed by a listed person only', fix: 'go on if you are one: a seat with harness: person and your e-mail address, in _plans/coo.yaml before this commit' });
  }
  const there = staged.flatMap(({ path, before, after }) => (after === null || after.id === before?.id ? [] : [{ path, before: before?.id ?? null, after, commit: null }]));
  const written = there.filter(({ path }) => isWritten(path)).map(({ path, after }) => ({ path, id: after.id, commit: null }));
  if (written.length > 0) {
    const { checkPlanFiles } = await import('./rules/plans.ts');
    findings.push(...(await checkPlanFiles(history, written, DEFAULT_PREFIX)));
  }
  findings.push(...(await scanFiles(history, secrets, there.filter(({ after }) => after.mode.startsWith('100')).map(({ path, before, after, commit }) => ({ path, before, after: after.id, commit })))));
  return report('pre-commit', [{ tally: NONE, findings }], []);
}
