import { orderId, stepKey } from '../../kernel/ids.ts';
import type { Digest, Fence, OrderId, PlanId, SeatId, StepId } from '../../kernel/ids.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import type { Claim } from '../../kernel/state.ts';
import { orderPath } from '../../format/order.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';
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
  world.git.warm?.();
  const session = await openLedger(world);
  const asked = await askGrant(session, async (token_sha256) => applyByHand(session, { type: 'claim', ...ask, token_sha256, kind: 'held', at_ms: world.clock.now() }));
  if (!asked.ok) return asked;
  if (asked.claimed !== undefined) return { ok: true, claimed: asked.claimed };
  return { ok: false, rejection: { code: 'CLAIM_NONE', message: `${stepKey(ask.plan_id, ask.step_id)} was not granted`, fix: 'run the command again' } };
}

export type Asked = { readonly ok: true; readonly claimed: Claimed | undefined } | { readonly ok: false; readonly rejection: Rejection };

/** Asks for a grant, in the organisation as coo.yaml has it now. The token of one that is given is kept for whoever works on its order. */
export async function askGrant(session: LedgerSession, ask: (token_sha256: Digest) => Promise<Done>): Promise<Asked> {
  const { world } = session;
  const { token, sha256 } = mintToken(world);
  const org = await organiseFirst(session);
  const done = await ask(sha256);
  if (!done.ok && done.rejection.code === 'SEAT_UNKNOWN' && org.kind === 'faulty') {
    const [fault] = org.faults;
    return { ok: false, rejection: { ...done.rejection, message: `${done.rejection.message}; _plans/coo.yaml, which may name it, is not valid: ${fault?.message ?? ''} (line ${String(fault?.line ?? 1)})`, fix: fault?.fix ?? done.rejection.fix } };
  }
  if (!done.ok) return done;
  const granted = done.events.find((event) => event.type === 'step.claimed');
  if (granted === undefined) return { ok: true, claimed: undefined };
  const claimed = claimedAs(granted, token);
  await storeToken(world, claimed.order_id, token);
  return { ok: true, claimed };
}

/** A live claim as its holder is told of it. */
export function claimedAs({ plan_id, step_id, fence, seat, lease_ms, start }: Pick<Claim, 'plan_id' | 'step_id' | 'fence' | 'seat' | 'lease_ms' | 'start'>, token: string): Claimed {
  return { plan_id, step_id, seat, fence, order_id: orderId(plan_id, step_id, fence), order: orderPath(plan_id, step_id, fence), start_commit: start, lease_ms, token };
}
