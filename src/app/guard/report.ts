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

/** What no slip of an author explains: somebody worked on the record itself, and it is in the history. */
const GRAVE: ReadonlySet<string> = new Set(['RECEIPT_CHANGED', 'RECEIPT_FORGED', 'FENCE_STALE', 'PATCH_OTHER']);
/** Where nothing has left its author's hands yet, and the author is told. */
const OWN: ReadonlySet<GuardPlace> = new Set(['pre-commit', 'pre-push']);
/** Why the ledger could not be asked, which says nothing against it. */
const NOT_HERE: ReadonlySet<string> = new Set(['LEDGER_ABSENT', 'REVISION_ABSENT', 'SHALLOW_CLONE', 'PUSHES_MANY', 'PUSH_LINE', 'PUSH_TWICE', 'REVISION_AMBIGUOUS']);

/** What of a report stops all work, if anything does. `stop`: whatever is refused does; false: nothing. */
export function incidentOf({ place, verdict, findings }: GuardReport, stop: boolean | undefined): { readonly cause: 'guard' | 'ledger'; readonly detail: string } | undefined {
  const errors = stop === false ? [] : findings.filter(({ severity }) => severity === 'error');
  const isGrave = ({ code }: GuardFinding): boolean => !OWN.has(place) && (verdict === 'unproven' ? !NOT_HERE.has(code) : GRAVE.has(code));
  const first = stop === true ? errors[0] : errors.find(isGrave);
  return first === undefined ? undefined : { cause: verdict === 'unproven' ? 'ledger' : 'guard', detail: `coo guard ${place} refuses: ${first.path === null ? '' : `${first.path}: `}${first.message}` };
}
