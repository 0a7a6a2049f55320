import { loadEntry } from '../../../src/format/entry.ts';
import { apply } from '../../../src/kernel/fold.ts';
import { emptyState } from '../../../src/kernel/state.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { madeEntries } from '../work/entries.ts';

function load(entries: readonly Uint8Array[]): void {
  const state = emptyState();
  let prev = '';
  for (const bytes of entries) {
    const parsed = loadEntry(bytes, 'bench');
    if (!parsed.ok || parsed.entry.prev !== prev) throw new Error('the ledger does not verify');
    prev = parsed.sha256;
    for (const event of parsed.entry.events) apply(state, event);
  }
}

export const row: Row = {
  name: 'fold.bytes',
  unit: 'events/s',
  reach: '>= 300000',
  async run() {
    const { entries, events } = madeEntries();
    const size = entries.reduce((sum, { length }) => sum + length, 0);
    const { load: times } = await interleave({ load: () => load(entries) }, 3);
    return { value: events / (times.p50 / 1_000), note: `${String(events)} events, ${(size / 2 ** 20).toFixed(0)} MiB in ${String(entries.length)} entries, ${times.p50.toFixed(0)} ms` };
  },
};
