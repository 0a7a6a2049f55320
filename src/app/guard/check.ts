import type { Oid } from '../../ports/git-store.ts';
import type { KnownCommits } from '../../ports/history.ts';
import { acceptedChanges } from './accepted.ts';
import { accountFor } from './account.ts';
import type { Account } from './account.ts';
import { readChange } from './change.ts';
import type { Context, Rule } from './context.ts';
import type { GuardFinding } from './finding.ts';
import type { Checked, Tally } from './report.ts';
import { appendOnly } from './rules/append-only.ts';
import { breaker } from './rules/breaker.ts';
import { claims } from './rules/claims.ts';
import { patchIds } from './rules/patch-ids.ts';
import { plans } from './rules/plans.ts';
import { protectedPaths } from './rules/protected-paths.ts';
import { receipts } from './rules/receipts.ts';
import { reconcile } from './rules/reconcile.ts';
import { scope } from './rules/scope.ts';
import { secrets } from './rules/secrets.ts';
import { signers } from './rules/signers.ts';

const RULES: readonly Rule[] = [appendOnly, receipts, reconcile, patchIds, claims, scope, protectedPaths, plans, signers, secrets, breaker];

/** Every rule over one range of a project's history. */
export async function checkRange(context: Context, at: { readonly ref: string | null; readonly base: Oid | null; readonly head: Oid; readonly known: KnownCommits }): Promise<Checked> {
  const change = await readChange(context.history, at);
  const accounts = await accountFor(change, context);
  const accepted = await acceptedChanges(change, accounts, context);
  const findings: GuardFinding[] = [];
  for (const rule of RULES) findings.push(...(await rule(change, { ...context, accounts, accepted })));
  return { tally: tallyOf([...accounts.values()]), findings };
}

function tallyOf(accounts: readonly Account[]): Tally {
  const count = (...kinds: readonly Account['by'][]): number => accounts.filter(({ by }) => kinds.includes(by)).length;
  return { commits: accounts.length, receipts: count('receipt', 'plan', 'record', 'merge'), people: count('person'), nobody: count('nobody') };
}
