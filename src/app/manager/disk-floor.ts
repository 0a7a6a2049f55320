import { wantOfRoom } from '../room.ts';
import type { Pending } from './offers.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** How often free room is asked for, in milliseconds; an attempt fills a disk no faster than it can be started. */
const LOOK_MS = 1_000;

/** Whether there is room for another attempt. That it is gone is said once, and once more that it is back. */
export class DiskFloor {
  readonly #desk: Desk;
  #next = 0;
  #floor: number | undefined;
  #want: { readonly message: string; readonly fix: string } | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Looks, if the last look is too old to trust, or was for another limit. */
  async look(): Promise<void> {
    const { world, session } = this.#desk;
    const now = world.clock.monotonic();
    const floor = session.state.org?.limits.free_disk_bytes;
    if (now < this.#next && floor === this.#floor) return;
    this.#floor = floor;
    this.#next = now + LOOK_MS;
    const want = await wantOfRoom(world, session.state);
    if (want !== undefined && this.#want === undefined) say(this.#desk, 'warn', 'disk.short', `${want.message}\n  fix: ${want.fix}`);
    if (want === undefined && this.#want !== undefined) say(this.#desk, 'info', 'disk.back', 'there is room again: attempts start');
    this.#want = want;
  }

  /** What the ledger does not know yet: that there is no room, or that there is again. */
  offers(): readonly Pending[] {
    const { world, session } = this.#desk;
    const at_ms = world.clock.now();
    const open = session.state.breakers.get('all');
    if (this.#want !== undefined) return open === undefined ? [{ input: { type: 'incident', scope: 'all', cause: 'disk', detail: this.#want.message, at_ms } }] : [];
    return open?.cause === 'disk' ? [{ input: { type: 'recovered', cause: 'disk', detail: 'there is room again', at_ms } }] : [];
  }

  get short(): boolean {
    return this.#want !== undefined;
  }

  /** When to look again without being woken, in monotonic milliseconds; null while there is room. */
  get next(): number | null {
    return this.short ? this.#next : null;
  }
}
