import type { Entry } from '../../format/entry.ts';
import { apply } from '../../kernel/fold.ts';
import { ENGINE } from '../../kernel/limits.ts';
import { emptyState } from '../../kernel/state.ts';
import { ALIKE_SINCE, replay } from './replay.ts';
import type { Divergence } from './replay.ts';

/** A whole ledger, decided again entry by entry from nothing but its recorded inputs. No effect is carried out: there is none in here. */
export class Replayer {
  readonly state = emptyState();
  entries = 0;
  inputs = 0;
  events = 0;
  /** Entries that another engine decided: their events are folded, their inputs are not decided again. */
  otherEngine = 0;
  /** The first one. What came after it is folded and not decided again: it would diverge for this one's sake. */
  divergence: ({ readonly seq: number } & Divergence) | undefined;

  /** The next entry. */
  entry({ seq, engine, inputs, events }: Pick<Entry, 'seq' | 'engine' | 'inputs' | 'events'>): void {
    this.entries += 1;
    this.events += events.length;
    const isKnown = engine >= ALIKE_SINCE && engine <= ENGINE;
    if (!isKnown) this.otherEngine += 1;
    if (!isKnown || this.divergence !== undefined) {
      for (const event of events) apply(this.state, event);
      return;
    }
    this.inputs += inputs.length;
    const found = replay(this.state, { inputs, events }, () => undefined);
    if (found !== undefined) this.divergence = { seq, ...found };
  }
}
