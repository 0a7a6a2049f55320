import type { History } from '../../ports/history.ts';
import type { SecretScanner } from '../../ports/secrets.ts';
import type { AcceptedChange } from './accepted.ts';
import type { Account } from './account.ts';
import type { Change } from './change.ts';
import type { GuardFinding } from './finding.ts';
import type { LedgerFacts } from './ledger-facts.ts';
import type { Policy } from './policy.ts';

/** What a rule may look at beside the change. */
export interface Context {
  readonly history: History;
  /** Null where there is none: then nothing can be reconciled. */
  readonly ledger: LedgerFacts | null;
  readonly policy: Policy;
  /** Prefix of coo's branches. */
  readonly prefix: string;
  readonly secrets: SecretScanner;
}

/** The same once every commit has been accounted for. */
export interface RuleContext extends Context {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly accepted: readonly AcceptedChange[];
}

/** One rule: pure over what it is given. */
export type Rule = (change: Change, context: RuleContext) => Promise<readonly GuardFinding[]> | readonly GuardFinding[];
