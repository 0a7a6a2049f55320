import { frozenRejection } from '../../kernel/rules/freeze.ts';
import type { State } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import type { LedgerWorld } from '../world.ts';
import { byHand, offerByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';
import type { ByHand } from './manage.ts';

const DENIED = 3;

/** From the next entry on nothing is started, judged, merged or sent, until `thaw`. */
export async function freeze(world: LedgerWorld, who: ByHand): Promise<Done> {
  const session = await openLedger(world);
  return offerByHand(session, () => ({ input: { type: 'freeze', seq: session.seq + 1, ...who, at_ms: world.clock.now() } }));
}

export async function thaw(world: LedgerWorld, who: ByHand): Promise<Done> {
  return byHand(world, { type: 'thaw', ...who, at_ms: world.clock.now() });
}

/** For what leaves the repository by a person's word: of a frozen ledger nothing does. */
export function requireThawed({ frozen }: Pick<State, 'frozen'>): void {
  if (frozen !== null) throw new Failure({ ...frozenRejection(frozen).rejection, exit: DENIED });
}
