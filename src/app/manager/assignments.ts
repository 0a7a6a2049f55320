import type { SeatId } from '../../kernel/ids.ts';
import { managed } from '../../kernel/ranking.ts';
import type { State } from '../../kernel/state.ts';
import { mintToken } from '../operations/tokens.ts';
import type { Token } from '../operations/tokens.ts';
import type { World } from '../world.ts';
import type { Pending } from './offers.ts';

/** Seats that the other offers of a turn may free. */
const MAY_BE_FREED = 2;

/** As many offers to assign as there are seats to fill, each with a token of its own; those that find nothing are refused and cost nothing. `unsure`: groups that get nothing this time. */
export function assignments(world: Pick<World, 'clock' | 'random'>, state: State, epoch: number, unsure: readonly SeatId[]): readonly { readonly offer: Pending; readonly token: Token }[] {
  let idle = 0;
  for (const seat of state.seats.values()) if (seat.claim === null && managed(seat.seat)) idle += 1;
  const room = Math.max(0, Math.min(idle, (state.org?.limits.workers ?? 10) - state.workers)) + (state.claims.size > 0 ? MAY_BE_FREED : 0);
  return Array.from({ length: room }, () => {
    const token = mintToken(world);
    return { token, offer: { input: { type: 'assign', epoch, nonce: `manager-${String(epoch)}`, token_sha256: token.sha256, at_ms: world.clock.now(), ...(unsure.length === 0 ? {} : { unsure }) } } };
  });
}

/** Whether another organisation comes with these offers: the seats that it brings are looked at before they get anything. */
export function bringsSeats(offers: readonly Pending[]): boolean {
  return offers.some(({ input }) => input.type === 'reorganise');
}
