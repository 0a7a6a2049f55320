import { openHistory } from '../../src/adapters/git-history/open.ts';
import { secretlintScanner } from '../../src/adapters/secretlint/scanner.ts';
import { Failure } from '../../src/app/failure.ts';
import { guardRange } from '../../src/app/guard/guard.ts';
import type { GuardReport } from '../../src/app/guard/report.ts';
import type { Sample } from './sample.ts';

/** What `coo guard ci` is asked of a case; base and head are `merged` and `main` where it does not say. */
export interface Range {
  readonly base?: string;
  readonly head?: string;
  readonly branch?: string;
  readonly ledger?: string;
}

/** The report, or the code that ended it. */
export async function guarded(sample: Sample, { base = 'merged', head = 'main', ...more }: Range = {}): Promise<GuardReport | string> {
  const history = openHistory({ folder: sample.folder, searchPath: sample.scratch.env['PATH'] ?? '', env: {} });
  try {
    return await guardRange({ history, secrets: secretlintScanner() }, { base, head, ...more });
  } catch (cause) {
    if (cause instanceof Failure) return cause.code;
    throw cause;
  } finally {
    await history.close();
  }
}

/** Codes of errors, each once. */
export function errorsOf(report: GuardReport | string): readonly string[] {
  return typeof report === 'string' ? [report] : [...new Set(report.findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))];
}

/** `coo verify` as it is built: the codes of what it found, or the one that ended it. */
export async function verified(sample: Sample): Promise<readonly string[]> {
  const { stdout, stderr } = await sample.scratch.coo(sample.folder, 'verify', '--json');
  const said = JSON.parse(stdout === '' ? '{}' : stdout) as { code?: string; findings?: { code: string }[] };
  if (said.findings === undefined && said.code === undefined) throw new Error(stderr);
  return [...new Set(said.code === undefined ? (said.findings ?? []).map(({ code }) => code) : [said.code])];
}
