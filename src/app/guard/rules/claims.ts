import { parseOrderId, stepKey } from '../../../kernel/ids.ts';
import { findStep } from '../../../kernel/state.ts';
import type { RuleContext } from '../context.ts';
import { ownChanges } from '../change.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';
import type { LedgerFacts } from '../ledger-facts.ts';
import { isBusPath } from '../paths.ts';

const ORDER = /^Coo-Order: (.+)$/gm;

type Order = NonNullable<ReturnType<typeof parseOrderId>>;

/**
 * A commit that names an order names one that was granted, and is live or was accepted: a rebase keeps the trailers of coo's own commits, a squash those
 * of all that it takes in. Who answers for what the commit does, `reconcile` says. And the live bus stays out of history.
 */
export function claims(change: Change, { accounts, ledger }: RuleContext): readonly GuardFinding[] {
  return change.commits.flatMap((commit) => {
    const findings: GuardFinding[] = [];
    const add = (code: string, path: string | null, message: string, fix: string): void => void findings.push({ code, severity: 'error', path, commit: commit.id, message, fix });
    for (const { path, after } of ownChanges(commit)) if (after !== null && isBusPath(path)) add('BUS_COMMITTED', path, 'is of the live bus: claims and orders hold only in the ledger', 'git rm --cached it; /_bus/ stands in .git/info/exclude');
    const account = accounts.get(commit.id);
    if (ledger === null || account?.by === 'receipt' || account?.by === 'plan') return findings;
    for (const name of new Set([...commit.message.matchAll(ORDER)].map(([, named = '']) => named.trim()))) {
      const order = parseOrderId(name);
      const step = order === undefined ? undefined : findStep(ledger.state, order.plan_id, order.step_id);
      if (order === undefined || step === undefined || order.fence > step.fence) add('CLAIM_UNKNOWN', null, `names the order ${name}, which was never granted`, 'take the trailer out: coo writes it');
      else if (!isLive(ledger, order) && !isAccepted(ledger, order)) add('CLAIM_OLD', null, `names the order ${name}, whose fence is not live and which was never accepted`, `coo explain ${order.plan_id}/${order.step_id}`);
    }
    return findings;
  });
}

function isLive({ state }: LedgerFacts, { plan_id, step_id, fence }: Order): boolean {
  return state.claims.get(stepKey(plan_id, step_id))?.fence === fence;
}

function isAccepted({ attempts }: LedgerFacts, order: Order): boolean {
  return attempts.some(({ plan_id, step_id, fence, live }) => live && plan_id === order.plan_id && step_id === order.step_id && fence === order.fence);
}
