import type { Event } from '../../../src/kernel/event.ts';
import { fold } from '../../../src/kernel/fold.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { madeEntries } from '../work/entries.ts';

const decoder = new TextDecoder();

export const row: Row = {
  name: 'fold.rate',
  unit: 'events/s',
  reach: '>= 1000000',
  async run() {
    const { entries } = madeEntries();
    // Parsed, not as the kernel made them: strings and shapes are then those of a load.
    const events = entries.flatMap((bytes) => (JSON.parse(decoder.decode(bytes)) as { readonly events: readonly Event[] }).events);
    const { fold: times } = await interleave({ fold: () => fold(events) }, 5);
    return { value: events.length / (times.p50 / 1_000), note: `${String(events.length)} events in ${times.p50.toFixed(0)} ms` };
  },
};
