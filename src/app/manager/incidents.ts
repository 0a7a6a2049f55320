import type { LoadedEntry } from '../../format/entry.ts';
import type { Event, EventType } from '../../kernel/event.ts';
import { endsWithQuestion, narrate } from './narrate.ts';

/** Something that went wrong, or was refused. */
export interface Incident {
  readonly seq: number;
  readonly at: string;
  readonly type: EventType;
  readonly message: string;
}

const NEWEST = 50;
/** What went wrong without being an error to those who watch the manager: it was dealt with. */
const QUIET: ReadonlySet<EventType> = new Set(['run.lost', 'late.refused', 'claim.expired', 'claim.revoked']);

/** The newest incidents, from the ledger alone: a manager that starts finds the same again. */
export class Incidents {
  #newest: readonly Incident[] = [];

  /** The newest first. */
  get newest(): readonly Incident[] {
    return this.#newest;
  }

  /** Takes in entries, the oldest first. */
  take(entries: readonly LoadedEntry[]): void {
    const found = entries.flatMap(incidentsOf);
    if (found.length > 0) this.#newest = [...found.toReversed(), ...this.#newest].slice(0, NEWEST);
  }
}

function incidentsOf({ seq, at, events }: LoadedEntry): readonly Incident[] {
  const quiet = endsWithQuestion(events);
  return events.flatMap((event) => {
    const message = quiet.has(event) ? undefined : messageOf(event);
    return message === undefined ? [] : [{ seq, at, type: event.type, message }];
  });
}

function messageOf(event: Event): string | undefined {
  if (event.type === 'message.refused') return `${event.what} ${event.name} is refused, ${event.code}: ${event.message}`;
  const [told] = narrate(event);
  return told !== undefined && (told.level === 'error' || QUIET.has(event.type)) ? told.message : undefined;
}
