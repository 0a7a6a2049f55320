import type { History } from '../../ports/history.ts';
import type { SecretScanner } from '../../ports/secrets.ts';
import type { GuardFinding } from './finding.ts';

/** How many commits of a range who answers for. */
export interface Tally {
  readonly commits: number;
  /** By accepted receipts, by coo's own merges, and those that add nothing to them. */
  readonly receipts: number;
  readonly people: number;
  readonly nobody: number;
}

export interface Checked {
  readonly tally: Tally;
  readonly findings: readonly GuardFinding[];
}

export type GuardPlace = 'pre-commit' | 'pre-push' | 'pre-receive' | 'ci';

/** What `coo guard` found, as `--json` shows it. */
export interface GuardReport extends Tally {
  readonly schema: 'coo/guard.v1';
  readonly place: GuardPlace;
  /** `refused`: a rule says no; `unproven`: the ledger does not verify, or is not there to be asked. */
  readonly verdict: 'passed' | 'refused' | 'unproven';
  readonly findings: readonly GuardFinding[];
}

export interface GuardTools {
  readonly history: History;
  readonly secrets: SecretScanner;
}

export const NONE: Tally = { commits: 0, receipts: 0, people: 0, nobody: 0 };

/** Sums up what was checked. `unproven` are findings about the ledger itself: on what does not hold nothing can be rested. */
export function report(place: GuardPlace, checked: readonly Checked[], unproven: readonly GuardFinding[]): GuardReport {
  const sum = (name: keyof Tally): number => checked.reduce((total, { tally }) => total + tally[name], 0);
  const findings = [...unproven, ...checked.flatMap((one) => one.findings)];
  const verdict = unproven.length > 0 ? 'unproven' : findings.some(({ severity }) => severity === 'error') ? 'refused' : 'passed';
  return { schema: 'coo/guard.v1', place, verdict, commits: sum('commits'), receipts: sum('receipts'), people: sum('people'), nobody: sum('nobody'), findings };
}
