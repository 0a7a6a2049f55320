import { isAgent } from '../../kernel/org.ts';
import type { Seat } from '../../kernel/org.ts';
import type { Unfit } from '../../kernel/unfit.ts';
import { loginMark, seatFault } from '../fitness.ts';
import type { World } from '../world.ts';

/** A look is good for so long, in monotonic milliseconds, as a manager's is. */
const FRESH_MS = 30_000;

/** What the seat of a worker process lacks, looked at just before it asks for work, as a manager does for the seats that it works for. */
export class OwnSeat {
  readonly #world: World;
  #look: { readonly at: number; readonly fault: Unfit | undefined } | undefined;
  /** The log-in that was there at the last look. */
  #login = '';
  /** The log-in that an attempt was refused with: it is not tried again before it is another one. */
  #refused: { readonly login: string; readonly fault: Unfit } | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  async lack(seat: Seat): Promise<Unfit | undefined> {
    if (!isAgent(seat.harness)) return undefined;
    this.#login = await loginMark(this.#world, seat);
    if (this.#refused?.login === this.#login) return this.#refused.fault;
    this.#refused = undefined;
    const now = this.#world.clock.monotonic();
    if (this.#look === undefined || now - this.#look.at >= FRESH_MS) this.#look = { at: now, fault: await seatFault(this.#world, seat) };
    return this.#look.fault;
  }

  /** The provider did not take the log-in of the attempt that followed the last look. */
  refused(fault: Unfit): void {
    this.#refused = { login: this.#login, fault };
  }
}
