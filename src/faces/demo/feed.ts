import { entryPath, parseEntry } from '../../format/entry.ts';
import type { Event } from '../../kernel/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';
import { Interrupted, Unheld } from './story.ts';

export type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

export interface FeedOptions {
  readonly files: Pick<Files, 'info' | 'read'>;
  readonly clock: Clock;
  /** The worktree whose `_report/ledger` is followed. */
  readonly worktree: string;
  readonly onEvent: (event: Event) => void;
  /** Why nothing more will come, or undefined while somebody is at work. */
  readonly over: () => string | undefined;
  readonly signal: AbortSignal;
}

const ENTRY_CAP = 4_194_304;
const LOOK_MS = 15;
/** Nothing that the demo waits for takes longer, in milliseconds. */
const WITHIN_MS = 20_000;

/** Follows the record by its plain files: entry after entry, as they appear in the worktree. */
export class Feed {
  /** Every event so far, oldest first. */
  readonly events: Event[] = [];
  readonly #options: FeedOptions;
  #next = 1;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** The events of a type so far, of one step if it is named. */
  of<T extends Event['type']>(type: T, step_id?: string): readonly EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type && (step_id === undefined || ('step_id' in event && event.step_id === step_id)));
  }

  /** Place of an event among all; -1 when it did not happen. */
  at(type: Event['type'], step_id: string): number {
    return this.events.findIndex((event) => event.type === type && 'step_id' in event && event.step_id === step_id);
  }

  /** Waits until the events show something. `what` completes "waited for ...". */
  async until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
    const { clock, over, signal, worktree } = this.#options;
    const end = clock.monotonic() + WITHIN_MS;
    const missing = (found: string): Unheld => new Unheld({ text: what, found, look: `${worktree}/_report/ledger` });
    for (;;) {
      // Asked before the look: what came before the end is still seen.
      const why = over();
      await this.look();
      if (signal.aborted) throw new Interrupted();
      if (await is()) return;
      if (why !== undefined) throw missing(`it did not happen, and ${why}`);
      if (clock.monotonic() > end) throw missing(`it did not happen within ${String(WITHIN_MS / 1_000)} s`);
      await clock.sleep(LOOK_MS, signal);
    }
  }

  /** Takes in the entries that appeared since the last look. */
  async look(): Promise<void> {
    const { files, worktree, onEvent } = this.#options;
    for (;;) {
      const path = `${worktree}/${entryPath(this.#next)}`;
      if ((await files.info(path)) === undefined) return;
      const parsed = parseEntry(await files.read(path, ENTRY_CAP), path);
      if (!parsed.ok) throw new Unheld({ text: `entry ${String(this.#next)} of the record is whole`, found: parsed.fault.message, look: path });
      this.#next += 1;
      for (const event of parsed.entry.events) {
        this.events.push(event);
        onEvent(event);
      }
    }
  }
}
