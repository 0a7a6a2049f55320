import { orderId, stepKey } from '../../kernel/ids.ts';
import type { Fence, OrderId, PlanId, SeatId, StepId } from '../../kernel/ids.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { orderPath } from '../../format/order.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import { organiseFirst } from './organise.ts';
import { mintToken, storeToken } from './tokens.ts';

export interface Claimed {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly seat: SeatId;
  readonly fence: Fence;
  readonly order_id: OrderId;
  /** Path of the work order under the worktree. */
  readonly order: string;
  readonly start_commit: string | null;
  readonly lease_ms: number;
  readonly token: string;
}

export type ClaimAnswer = { readonly ok: true; readonly claimed: Claimed } | { readonly ok: false; readonly rejection: Rejection };

/** Takes one step for a seat. `nonce` names the session: the same session asking again is told that it holds the step. */
export async function claim(world: LedgerWorld, ask: { readonly plan_id: PlanId; readonly step_id: StepId; readonly seat: SeatId; readonly nonce: string }): Promise<ClaimAnswer> {
  const token = mintToken(world);
  world.git.warm?.();
  const session = await openLedger(world);
  const org = await organiseFirst(session);
  const done = await applyByHand(session, { type: 'claim', ...ask, token_sha256: token.sha256, kind: 'held', at_ms: world.clock.now() });
  if (!done.ok && done.rejection.code === 'SEAT_UNKNOWN' && org.kind === 'faulty') {
    const [fault] = org.faults;
    return { ok: false, rejection: { ...done.rejection, message: `${done.rejection.message}; _plans/coo.yaml, which may name it, is not valid: ${fault?.message ?? ''} (line ${String(fault?.line ?? 1)})`, fix: fault?.fix ?? done.rejection.fix } };
  }
  if (!done.ok) return done;
  const granted = done.events.find((event) => event.type === 'step.claimed');
  if (granted === undefined) return { ok: false, rejection: { code: 'CLAIM_NONE', message: `${stepKey(ask.plan_id, ask.step_id)} was not granted`, fix: 'run the command again' } };
  const { plan_id, step_id, fence, seat, lease_ms, start } = granted;
  const order_id = orderId(plan_id, step_id, fence);
  await storeToken(world, order_id, token.token);
  return { ok: true, claimed: { plan_id, step_id, seat, fence, order_id, order: orderPath(plan_id, step_id, fence), start_commit: start, lease_ms, token: token.token } };
}
