import type { RecordedInput } from '../../format/record-input.ts';
import type { Entry } from '../../format/entry.ts';
import { decide } from '../../kernel/decide.ts';
import type { Event } from '../../kernel/event.ts';
import { apply } from '../../kernel/fold.ts';
import type { Input } from '../../kernel/input.ts';
import type { RejectionCode } from '../../kernel/rejection.ts';
import type { State } from '../../kernel/state.ts';
import { isSame } from './alike.ts';

/** The first engine whose inputs this one decides alike: what came since are kinds of events that it did not know, and inputs that it refused, which no entry holds. Raised to `ENGINE` when a rule changes. */
export const ALIKE_SINCE = 2;

/** Where an entry's events are not what follows from its inputs: the first input that shows it. */
export interface Divergence {
  /** The input's place in its entry, from 0; where an event follows from none, the number of inputs. */
  readonly index: number;
  /** null: no input is left, and an event is. */
  readonly kind: RecordedInput['type'] | null;
  /** The event that the ledger holds there. */
  readonly expected: Event | null;
  /** The event that follows there when the input is decided again. */
  readonly got: Event | null;
  /** The code of the "no", where it is refused when it is decided again. */
  readonly refused: RejectionCode | null;
  /** The same in words. */
  readonly message: string;
}

/**
 * Decides an entry's inputs again, on the state before it, and folds its events: undefined when they are exactly what follows, else where they are
 * not. What an input leaves out (a plan, an organisation, signers) is taken from the event that holds it: of these, that they were
 * accepted is proven, not what they say, which is for the digests of their files.
 * `meet` is shown each event before it is folded. Events that are not what follows are folded as well, if `mayFold`: for who did not look at their form before.
 */
export function replay(state: State, entry: Pick<Entry, 'inputs' | 'events'>, meet: (event: Event) => void, mayFold: () => boolean = () => true): Divergence | undefined {
  const { inputs, events } = entry;
  let next = 0;
  const take = (to: number): void => {
    for (; next < to; next += 1) {
      const event = events[next];
      if (event === undefined) continue;
      meet(event);
      apply(state, event);
    }
  };
  for (const [index, recorded] of inputs.entries()) {
    const follows = again(state, recorded, index, events, next);
    if (typeof follows !== 'number') {
      if (mayFold()) take(events.length);
      return follows;
    }
    take(next + follows);
  }
  if (next >= events.length) return undefined;
  const left = events[next] ?? null;
  const first = next;
  if (mayFold()) take(events.length);
  return { index: inputs.length, kind: null, expected: left, got: null, refused: null, message: `event ${String(first)} (${left?.type ?? 'none'}) follows from no input` };
}

/** How many of the events from `next` on follow from an input, or where they do not. */
function again(state: State, recorded: RecordedInput, index: number, events: readonly Event[], next: number): number | Divergence {
  const input = whole(recorded, events[next]);
  const decision = input === undefined ? undefined : decide(state, input);
  const { type: kind } = recorded;
  const named = `input ${String(index)} (${kind})`;
  const expected = events[next] ?? null;
  if (decision === undefined) return { index, kind, expected, got: null, refused: null, message: `${named} is not followed by the event that holds the rest of it` };
  if (!decision.ok) return { index, kind, expected, got: null, refused: decision.rejection.code, message: `${named} is refused (${decision.rejection.code})` };
  const wrong = decision.events.findIndex((event, place) => !isSame(event, events[next + place]));
  if (wrong < 0) return decision.events.length;
  const got = decision.events[wrong] ?? null;
  const other = events[next + wrong] ?? null;
  return { index, kind, expected: other, got, refused: null, message: `of ${named} follows ${got?.type ?? ''}, and event ${String(next + wrong)} (${other?.type ?? 'none'}) is another` };
}

/** Whether an event says more than follows from its input: its schema alone tells that this has the right form. */
export function holdsTheRest(event: Event | null): boolean {
  const type = event?.type;
  return type === 'plan.accepted' || type === 'plan.revised' || type === 'org.set' || type === 'signers.set';
}

/** An input as it was decided; undefined where the event that would hold the rest is another. */
function whole(recorded: RecordedInput, first: Event | undefined): Input | undefined {
  switch (recorded.type) {
    case 'submit':
      return first?.type === 'plan.accepted' || first?.type === 'plan.revised' ? { ...recorded, plan: first.plan } : undefined;
    case 'organise':
    case 'reorganise':
      return first?.type === 'org.set' ? { ...recorded, org: first.org } : undefined;
    case 'trust':
    case 'retrust':
      return first?.type === 'signers.set' ? { ...recorded, signers: first.signers } : undefined;
    default:
      return recorded;
  }
}
