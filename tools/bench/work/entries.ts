import { sha256Hex } from '../../../src/format/canonical.ts';
import { renderEntry } from '../../../src/format/entry.ts';
import { recordInput } from '../../../src/format/record-input.ts';
import type { RecordedInput } from '../../../src/format/record-input.ts';
import type { Event } from '../../../src/kernel/event.ts';
import { chainPlan, Crew } from './crew.ts';

const PLANS = 3_000;
const STEPS = 50;
const AT_ONCE = 20;
/** Below the 1,000 events and 1 MiB that an entry may hold. */
const EVENTS_AN_ENTRY = 500;

interface Ledger {
  readonly entries: readonly Uint8Array[];
  readonly events: number;
}

let kept: Ledger | undefined;

/** The ledger that a crew of ten leaves behind after 150,000 steps: the bytes of its entries, and how many events they hold. Made once a run. */
export function madeEntries(): Ledger {
  kept ??= make();
  return kept;
}

function make(): Ledger {
  const entries: Uint8Array[] = [];
  let prev = '';
  let inputs: RecordedInput[] = [];
  let events: Event[] = [];
  let count = 0;
  const publish = (): void => {
    const { bytes } = renderEntry({ schema: 'coo/entry.v1', ledger: 'bench', seq: entries.length + 1, prev, at: '2030-01-01T00:00:00.000Z', engine: 1, manager: 'bench', epoch: 1, inputs, events, files: [] });
    prev = sha256Hex(bytes);
    entries.push(bytes);
    count += events.length;
    inputs = [];
    events = [];
  };
  const crew = new Crew((input, made) => {
    inputs.push(recordInput(input));
    events.push(...made);
    if (events.length >= EVENTS_AN_ENTRY) publish();
  });
  for (let plan = 0; plan < PLANS; plan++) {
    crew.submit(chainPlan(`plan-${String(plan)}`, STEPS));
    if (plan % AT_ONCE === AT_ONCE - 1) while (crew.turn());
  }
  publish();
  return { entries, events: count };
}
