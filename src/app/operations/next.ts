import { parseOrder } from '../../format/order.ts';
import type { Order } from '../../format/order.ts';
import type { SeatId } from '../../kernel/ids.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { openLedger } from './by-hand.ts';
import { askGrant, claimedAs } from './claim.ts';
import type { Asked, Claimed } from './claim.ts';
import { takeBest } from './take.ts';
import { readToken } from './tokens.ts';

export type NextAnswer = { readonly ok: true; readonly claimed: Claimed; readonly order: Order } | { readonly ok: false; readonly rejection: Rejection };

const ORDER_CAP = 4_194_304;

/** Chooses the best ready step for a seat, claims it and reads its order. The session that holds a step already is given that one again. */
export async function next(world: LedgerWorld, ask: { readonly seat: SeatId; readonly nonce: string }): Promise<NextAnswer> {
  world.git.warm?.();
  const session = await openLedger(world, 'open');
  const taken = await askGrant(session, async (token_sha256) => takeBest(world, session, { ...ask, token_sha256, kind: 'held' }));
  const asked = taken.ok ? taken : ((await heldAlready(session, ask)) ?? taken);
  if (!asked.ok) return asked;
  const { claimed } = asked;
  if (claimed === undefined) return { ok: false, rejection: { code: 'NOTHING_TO_DO', message: `nothing is ready for seat ${ask.seat}`, fix: 'coo status' } };
  return { ok: true, claimed, order: await orderOf(session, claimed) };
}

/** What this very session works on: its first answer may have been lost on the way to it. What it reported is not to be worked on again. */
async function heldAlready({ state, world }: LedgerSession, { seat, nonce }: { readonly seat: SeatId; readonly nonce: string }): Promise<Asked | undefined> {
  const claim = state.claims.get(state.seats.get(seat)?.claim ?? '');
  if (claim?.nonce !== nonce || claim.reported !== null) return undefined;
  const claimed = claimedAs(claim, '');
  return { ok: true, claimed: { ...claimed, token: (await readToken(world, claimed.order_id)) ?? '' } };
}

async function orderOf(session: LedgerSession, { order: path }: Claimed): Promise<Order> {
  const bytes = await session.file(path, ORDER_CAP);
  const parsed = bytes === null ? undefined : parseOrder(bytes, path);
  if (parsed?.ok !== true) throw new Failure({ code: parsed?.fault.code ?? 'ORDER_ABSENT', message: parsed?.fault.message ?? `the work order ${path} is not in the ledger`, fix: 'coo verify', exit: 7 });
  return parsed.order;
}
