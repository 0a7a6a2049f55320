import type { InputOf } from '../../kernel/input.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand } from './by-hand.ts';
import type { Done } from './by-hand.ts';

/** The best step for a seat. One that would get in another's way is put behind it, and the next best is asked for. */
export async function takeBest(world: LedgerWorld, session: LedgerSession, ask: Omit<InputOf<'take'>, 'type' | 'at_ms'>): Promise<Done> {
  for (;;) {
    const done = await applyByHand(session, { type: 'take', ...ask, at_ms: world.clock.now() });
    if (!done.ok || done.events.some((event) => event.type === 'step.claimed')) return done;
  }
}
