import { cooPaths } from '../layout.ts';
import { CHECKPOINT_ENTRIES, CHECKPOINT_QUIET_MS, checkpointDue, checkpointOffer } from './checkpoint.ts';
import type { Pending } from './offers.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** The cache is written after so many entries, and when things have gone quiet. */
const CACHE_ENTRIES = 500;
/** Loose objects left before an idle manager packs them. */
const PACK_LOOSE = 2_000;
const QUIET_MS = 1_000;

/** What a manager does when nothing is asked of it: it keeps the fold, commits the views, packs. Nothing depends on any of it. */
export class Housekeeping {
  readonly #desk: Desk;
  #quietSince = 0;
  #packed = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Something was published just now. */
  disturbed(): void {
    this.#quietSince = this.#desk.world.clock.monotonic();
    this.#packed = false;
  }

  /** When there will be something to do, in monotonic milliseconds; nothing is to be done before. */
  get next(): number {
    const checkpoint = checkpointDue(this.#desk.session) ? this.#quietSince + CHECKPOINT_QUIET_MS : Infinity;
    return Math.min(checkpoint, this.#packed ? Infinity : this.#quietSince + QUIET_MS);
  }

  /** Does what is due. Returns a checkpoint to publish, if one is. */
  async tidy(): Promise<readonly Pending[]> {
    const { session, spare, world } = this.#desk;
    const quietMs = world.clock.monotonic() - this.#quietSince;
    if (session.uncached >= CACHE_ENTRIES || (quietMs >= QUIET_MS && session.uncached > 0)) await this.cache();
    const due = checkpointDue(session) && (session.seq - session.state.checkpoint >= CHECKPOINT_ENTRIES || quietMs >= CHECKPOINT_QUIET_MS);
    const offers = due ? [checkpointOffer(session, world.clock.now())] : [];
    if (quietMs < QUIET_MS || this.#packed) return offers;
    this.#packed = true;
    spare.rest();
    await world.git.pack(PACK_LOOSE).catch((cause: unknown) => {
      say(this.#desk, 'warn', 'pack.failed', `the ledger is not packed: ${cause instanceof Error ? cause.message : String(cause)}\n  fix: coo doctor, df -h`);
    });
    return offers;
  }

  /** Keeps the fold as of now. */
  async cache(): Promise<void> {
    const { session, folders, world } = this.#desk;
    await folders.tend(cooPaths.cache(world.layout), 'caching', undefined, async () => session.cache(true));
  }
}
