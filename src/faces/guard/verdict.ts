import { many } from '../../format/many.ts';
import type { GuardReport } from '../../app/guard/report.ts';

/** What was found, in one line for people. */
export function verdictLine({ place, verdict, commits, receipts, people, nobody, findings }: GuardReport): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const looked = place === 'pre-commit' ? 'what is staged' : `${String(receipts)} of ${String(commits)} commits accounted for by receipts, ${String(people)} by people${nobody === 0 ? '' : `, ${String(nobody)} by nobody who is listed`}`;
  if (verdict === 'passed') return place === 'pre-commit' ? 'nothing in what is staged stands against it' : looked;
  const faults = many(errors, 'finding');
  if (verdict === 'unproven') return `the ledger does not verify: ${faults}`;
  return place === 'pre-commit' ? `refused: ${faults} in ${looked}` : `refused: ${faults}; ${looked}`;
}
