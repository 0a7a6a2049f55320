import { isFault } from '../faults.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerWorld } from '../world.ts';

/** How long a manager's beat may stand still before another may take over, in milliseconds. */
export const LEASE_MS = 80_000;
/** Beats in a lease. By default one every 10 s, when a manager at rest looks around anyway. */
const BEATS = 8;

type BeatWorld = Pick<LedgerWorld, 'files' | 'clock' | 'layout'>;

/** What can be seen of a manager's beat. */
export interface BeatSign {
  /** Only grows. 0 = there was none yet. */
  readonly count: number;
  /** Wall time of the last one, for a person and as a hint; null when there was none. */
  readonly at_ms: number | null;
}

export async function beatSign(world: BeatWorld, epoch: number): Promise<BeatSign> {
  const info = await world.files.info(cooPaths.managerBeat(world.layout, epoch));
  return { count: info?.size ?? 0, at_ms: info === undefined ? null : Math.floor(info.mtimeMs) };
}

/** The sign that the loop of a manager turns: a file that grows by one byte a beat, one for each epoch. */
export class Beat {
  readonly #world: BeatWorld;
  readonly #epoch: number;
  readonly #everyMs: number;
  #next = 0;

  constructor(world: BeatWorld, epoch: number, leaseMs = LEASE_MS) {
    this.#world = world;
    this.#epoch = epoch;
    this.#everyMs = leaseMs / BEATS;
  }

  /** Monotonic time at which the next one is due. */
  get next(): number {
    return this.#next;
  }

  /** Beats, if it is time. A disk that takes no byte is met, and told, when the ledger is appended to. */
  async beat(): Promise<void> {
    const now = this.#world.clock.monotonic();
    if (now < this.#next) return;
    this.#next = (Math.floor(now / this.#everyMs) + 1) * this.#everyMs;
    try {
      await this.#world.files.append(cooPaths.managerBeat(this.#world.layout, this.#epoch), new Uint8Array([46]));
    } catch (cause) {
      if (!isFault(cause, 'FILE_IO')) throw cause;
    }
  }

  /** The first one, in place of those of managers before. */
  async begin(): Promise<void> {
    const { files, layout } = this.#world;
    const folder = cooPaths.beats(layout);
    await files.folder(folder);
    for (const name of await files.list(folder)) {
      const epoch = Number(/^epoch\.([0-9]{1,9})$/.exec(name)?.[1] ?? this.#epoch);
      if (epoch < this.#epoch) await files.remove(`${folder}/${name}`);
    }
    await this.beat();
  }

  /** In good order. */
  async end(): Promise<void> {
    await this.#world.files.remove(cooPaths.managerBeat(this.#world.layout, this.#epoch));
  }
}
