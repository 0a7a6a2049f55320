import type { Claim } from '../../kernel/state.ts';
import { receiptFiles } from '../judge/receipt.ts';
import { grantedOrder } from './granted-order.ts';
import type { Desk } from './shared.ts';

/** The coordinator's own receipt of an attempt that nobody else can report any more. */
export async function lostReceipt({ session, version }: Desk, claim: Claim, why: string, at_ms: number): Promise<ReturnType<typeof receiptFiles>> {
  const { order } = await grantedOrder(session, claim);
  const judged = { result: 'lost', findings: [{ code: 'LOST', message: why }], outputs: [], receipts: [], change: null, judgement: null } as const;
  return receiptFiles(order, judged, null, { at_ms, started_at_ms: claim.at_ms, harness: { kind: 'shell', version } });
}
