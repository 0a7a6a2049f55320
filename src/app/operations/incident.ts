import type { InputOf } from '../../kernel/input.ts';
import { Failure } from '../failure.ts';
import type { LedgerWorld } from '../world.ts';
import { byHand } from './by-hand.ts';

/** What became of an incident: the breaker is open by it, or was; or why nothing could be recorded. */
export type Told = { readonly kind: 'open' } | { readonly kind: 'unsaid'; readonly why: string };

/** Stops all work for something that a person must look at. Never throws for the ledger's sake: whoever found it has more to say. */
export async function tellIncident(world: LedgerWorld, cause: InputOf<'incident'>['cause'], detail: string): Promise<Told> {
  try {
    const done = await byHand(world, { type: 'incident', scope: 'all', cause, detail, at_ms: world.clock.now() });
    return done.ok || done.rejection.code === 'UNCHANGED' ? { kind: 'open' } : { kind: 'unsaid', why: done.rejection.message };
  } catch (cause_) {
    if (cause_ instanceof Failure) return { kind: 'unsaid', why: cause_.message };
    throw cause_;
  }
}
