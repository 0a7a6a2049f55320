import { isoTime } from '../../kernel/iso.ts';
import { isFault } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { Quiet } from '../quiet.ts';
import { storedBytes } from '../stored.ts';
import type { World } from '../world.ts';

/** An agent that has said nothing at all yet, and one that has fallen silent, are suspected after these times, in milliseconds. Neither ends them. */
const FIRST_MS = 120_000;
const IDLE_MS = 300_000;
/** How often it is looked, in milliseconds. */
const LOOK_MS = 15_000;
/** Of processor time between two looks: less than this is a program that waits and blinks, in milliseconds. */
const BLINK_MS = 100;

/** What is seen of a running agent. */
export interface Sign {
  /** Written so far. */
  readonly bytes: number;
  /** Processor time of its tree. */
  readonly cpu_ms: number;
}

/** Since when, in the monotonic time that it is told, an agent gave no sign of life; undefined while it does. */
export class Silence {
  #last: Sign = { bytes: 0, cpu_ms: 0 };
  #since: number;

  constructor(began: number) {
    this.#since = began;
  }

  look(sign: Sign, now: number): { readonly since: number; readonly why: Quiet['why'] } | undefined {
    const { bytes, cpu_ms } = this.#last;
    if (sign.bytes !== bytes || Math.abs(sign.cpu_ms - cpu_ms) >= BLINK_MS) {
      this.#last = sign;
      this.#since = now;
      return undefined;
    }
    const why = sign.bytes === 0 ? 'first_output' : 'idle';
    return now - this.#since < (why === 'idle' ? IDLE_MS : FIRST_MS) ? undefined : { since: this.#since, why };
  }
}

type QuietWorld = Pick<World, 'clock' | 'files' | 'layout' | 'processes'>;

/**
 * Watches an agent until it is over, and leaves a note while it gives no sign of life: no output, no processor time. A hint for people and
 * nothing else; only its wall time ends an attempt.
 */
export async function watchSilence({ clock, files, layout, processes }: QuietWorld, agent: { readonly order_id: string; readonly output: string; readonly marker: string }, over: AbortSignal): Promise<void> {
  const path = cooPaths.quiet(layout, agent.order_id);
  const silence = new Silence(clock.monotonic());
  // What cannot be written is no reason to end an attempt.
  const note = async (quiet: Quiet | undefined): Promise<void> => {
    try {
      if (quiet === undefined) return await files.remove(path);
      await files.folder(path.slice(0, path.lastIndexOf('/')));
      await files.replaceView(path, storedBytes(quiet));
    } catch (cause) {
      if (!isFault(cause, 'FILE_IO')) throw cause;
    }
  };
  let told: string | undefined;
  for (;;) {
    await clock.sleep(LOOK_MS, over);
    if (over.aborted) break;
    const now = clock.monotonic();
    const bytes = (await files.info(agent.output))?.size ?? 0;
    const quiet = silence.look({ bytes, cpu_ms: processes.cpuMs(agent.marker) }, now);
    const key = quiet === undefined ? undefined : `${quiet.why} ${String(quiet.since)}`;
    if (key === told) continue;
    told = key;
    await note(quiet === undefined ? undefined : { schema: 'coo/quiet.v1', order_id: agent.order_id, since: isoTime(Math.round(clock.now() - (now - quiet.since))), why: quiet.why });
  }
  await note(undefined);
}
