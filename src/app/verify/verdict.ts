import type { State } from '../../kernel/state.ts';
import type { EndedAttempt } from './attempts.ts';
import type { VerifyFinding } from './findings.ts';

/** What a person wants to know in the end. */
export interface Verdict {
  /** Changes that the ledger knows of: merged attempts, and plans brought into their target. */
  readonly changes: number;
  /** Those of them that nothing was found against. */
  readonly accounted: number;
  /** Merged attempts of people's seats. */
  readonly by_people: number;
  /** Entries without a signature. */
  readonly unsigned: number;
  readonly mode: 'dev' | 'governed';
}

/** Counts what the ledger merged. A finding counts against the attempts whose receipt, order or entry it names. */
export function verdictOf(state: State, ended: ReadonlyMap<string, EndedAttempt>, unsigned: number, findings: readonly VerifyFinding[]): Verdict {
  const wrong = new Set(findings.map(({ path }) => path));
  let changes = 0;
  let accounted = 0;
  let by_people = 0;
  for (const [path, { event, order, entry, byPerson }] of ended) {
    if (event.type !== 'run.accepted') continue;
    changes += 1;
    if (byPerson) by_people += 1;
    if (!wrong.has(path) && !wrong.has(order) && !wrong.has(entry)) accounted += 1;
  }
  for (const { integration } of state.plans.values()) {
    if (integration.kind !== 'done' || integration.after === null || integration.after === integration.before) continue;
    changes += 1;
    accounted += 1;
  }
  return { changes, accounted, by_people, unsigned, mode: state.org?.mode ?? 'dev' };
}
