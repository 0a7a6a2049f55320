import { sealOrder } from '../../format/order.ts';
import type { Claim } from '../../kernel/state.ts';
import { findStep } from '../../kernel/state.ts';
import { workOrder } from '../../kernel/work-order.ts';
import { receiptFiles } from '../judge/receipt.ts';
import type { Desk } from './shared.ts';

/** The coordinator's own receipt of an attempt that nobody else can report any more. */
export function lostReceipt(desk: Desk, claim: Claim, why: string, at_ms: number): ReturnType<typeof receiptFiles> {
  const { state } = desk.session;
  const plan = state.plans.get(claim.plan_id);
  const step = findStep(state, claim.plan_id, claim.step_id);
  if (plan === undefined || step === undefined) return { path: '', files: [] };
  const order = sealOrder(workOrder(state, step, claim), { plan_digest: plan.digest, nonce: claim.nonce });
  const judged = { result: 'lost', findings: [{ code: 'LOST', message: why }], outputs: [], receipts: [], change: null, judgement: null } as const;
  return receiptFiles(order, judged, null, { at_ms, started_at_ms: claim.at_ms, harness: { kind: 'shell', version: desk.version } });
}
