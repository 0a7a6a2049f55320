import type { RecordedInput } from '../../format/record-input.ts';
import type { Entry } from '../../format/entry.ts';
import { decide } from '../../kernel/decide.ts';
import { sameValue } from '../../kernel/equal.ts';
import type { Event } from '../../kernel/event.ts';
import { apply } from '../../kernel/fold.ts';
import type { Input } from '../../kernel/input.ts';
import type { State } from '../../kernel/state.ts';

/** The first engine whose inputs this one decides alike: what came since are kinds of events that it did not know, and inputs that it refused, which no entry holds. Raised to `ENGINE` when a rule changes. */
export const ALIKE_SINCE = 2;

/**
 * Decides an entry's inputs again, on the state before it, and folds its events: undefined when they are exactly what follows, else in words what is
 * not. What an input leaves out (a plan, an organisation, signers) is taken from the event that holds it: of these, that they were
 * accepted is proven, not what they say, which is for the digests of their files.
 * `meet` is shown each event before it is folded. All events are folded in any case.
 */
export function replay(state: State, entry: Pick<Entry, 'inputs' | 'events'>, meet: (event: Event) => void): string | undefined {
  const { inputs, events } = entry;
  let next = 0;
  let fault: string | undefined;
  const take = (to: number): void => {
    for (; next < to; next += 1) {
      const event = events[next];
      if (event === undefined) continue;
      meet(event);
      apply(state, event);
    }
  };
  for (const [at, recorded] of inputs.entries()) {
    const input = whole(recorded, events[next]);
    const decision = input === undefined ? undefined : decide(state, input);
    const named = `input ${String(at)} (${recorded.type})`;
    if (decision === undefined) fault = `${named} is not followed by the event that holds the rest of it`;
    else if (!decision.ok) fault = `${named} is refused (${decision.rejection.code})`;
    else {
      const wrong = decision.events.findIndex((event, place) => !isSame(event, events[next + place]));
      if (wrong >= 0) fault = `of ${named} follows ${decision.events[wrong]?.type ?? ''}, and event ${String(next + wrong)} (${events[next + wrong]?.type ?? 'none'}) is another`;
      else take(next + decision.events.length);
    }
    if (fault !== undefined) break;
  }
  if (fault === undefined && next < events.length) fault = `event ${String(next)} (${events[next]?.type ?? ''}) follows from no input`;
  take(events.length);
  return fault;
}

/** Whether two events are the same. What has not the very same members may still be: one of them with an undefined member. */
function isSame(a: unknown, b: unknown): boolean {
  return isAlike(a, b) || sameValue(a, b);
}

function isAlike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  if (Object.keys(b).length !== names.length || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  return names.every((name) => isAlike(left[name], right[name]));
}

/** An input as it was decided; undefined where the event that would hold the rest is another. */
function whole(recorded: RecordedInput, first: Event | undefined): Input | undefined {
  switch (recorded.type) {
    case 'submit':
      return first?.type === 'plan.accepted' || first?.type === 'plan.revised' ? { ...recorded, plan: first.plan } : undefined;
    case 'organise':
      return first?.type === 'org.set' ? { ...recorded, org: first.org } : undefined;
    case 'trust':
      return first?.type === 'signers.set' ? { ...recorded, signers: first.signers } : undefined;
    default:
      return recorded;
  }
}
