import { orderPath, parseOrder } from '../../format/order.ts';
import type { Order } from '../../format/order.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { Claim } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';

const ORDER_CAP = 4_194_304;

/** The order of a grant: the very bytes that were committed with it. What the plan or the organisation says by now is for the next grant. */
export async function grantedOrder(session: LedgerSession, { plan_id, step_id, fence }: Pick<Claim, 'plan_id' | 'step_id' | 'fence'>): Promise<{ readonly order: Order; readonly bytes: Uint8Array }> {
  const path = orderPath(plan_id, step_id, fence);
  const bytes = await session.file(path, ORDER_CAP);
  const parsed = bytes === null ? undefined : parseOrder(bytes, path);
  if (bytes !== null && parsed?.ok === true) return { order: parsed.order, bytes };
  throw new Failure({ code: 'ORDER_LOST', message: `the work order ${path} cannot be read from the ledger: ${parsed?.ok === false ? parsed.fault.message : 'it is not there'}`, fix: 'coo doctor --repair; coo verify', exit: 7 });
}

/** The same for the claim that lives under this fence; undefined where none does. */
export async function liveOrder(session: LedgerSession, at: { readonly plan_id: string; readonly step_id: string; readonly fence: number }): Promise<{ readonly order: Order; readonly bytes: Uint8Array; readonly claim: Claim } | undefined> {
  const claim = session.state.claims.get(stepKey(at.plan_id, at.step_id));
  return claim?.fence === at.fence ? { claim, ...(await grantedOrder(session, claim)) } : undefined;
}
