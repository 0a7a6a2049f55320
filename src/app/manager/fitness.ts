import type { SeatId } from '../../kernel/ids.ts';
import { isAgent } from '../../kernel/org.ts';
import type { Seat } from '../../kernel/org.ts';
import { bestFor, managed } from '../../kernel/ranking.ts';
import type { State } from '../../kernel/state.ts';
import type { Unfit } from '../../kernel/unfit.ts';
import { stopForSeat } from '../../kernel/stops.ts';
import { LOGIN_REFUSED, loginMark, seatFault } from '../fitness.ts';
import type { Pending } from './offers.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** A look is good for so long, in monotonic milliseconds: a step's agent works for minutes. */
const FRESH_MS = 30_000;

interface Look {
  /** What was looked at: another program or log-in is another look. */
  readonly of: string;
  readonly at: number;
  readonly fault: Unfit | undefined;
  /** The log-in that was there. */
  readonly login: string;
}

/** Whether seats with an agent's program have what they need, looked at beside the loop just before they get work; other seats never wait for it. */
export class Fitness {
  readonly #desk: Desk;
  readonly #ring: () => void;
  readonly #looks = new Map<SeatId, Look>();
  readonly #asking = new Map<SeatId, Promise<void>>();
  /** Log-ins that an attempt was refused with since this manager began. */
  readonly #refused = new Map<SeatId, string>();
  /** Groups that stood refused at the last look at the ledger. */
  #known: ReadonlySet<SeatId> | undefined;

  constructor(desk: Desk, ring: () => void) {
    this.#desk = desk;
    this.#ring = ring;
  }

  /** Groups without a fresh look, which get nothing this time: what is decided before the grants may make work for any of them. Begins a look at those for which there is work. */
  unsure(state: State): readonly SeatId[] {
    const now = this.#desk.world.clock.monotonic();
    const found = new Map<SeatId, Seat>();
    for (const { seat } of state.seats.values()) {
      if (!isAgent(seat.harness) || !managed(seat) || found.has(seat.group)) continue;
      const look = this.#looks.get(seat.group);
      if (look?.of !== keyOf(seat) || now - look.at >= FRESH_MS) found.set(seat.group, seat);
    }
    if (found.size > 0) for (const seat of this.#wanted(state)) if (found.has(seat.group)) this.#ask(seat);
    return [...found.keys()];
  }

  /** What the ledger does not know yet. */
  offers(state: State): readonly Pending[] {
    const at_ms = this.#desk.world.clock.now();
    const groups = new Set(Array.from(state.seats.values(), ({ seat }) => seat.group));
    this.#remember(state);
    for (const group of this.#looks.keys()) if (!groups.has(group)) this.#looks.delete(group);
    return [...this.#looks].flatMap(([group, { fault, login }]): readonly Pending[] => {
      const known = state.unfit.get(group);
      if (known?.code === fault?.code && known?.message === fault?.message) return [];
      if (known?.code === LOGIN_REFUSED && fault === undefined && this.#refused.get(group) === login) return [];
      return [{ input: { type: 'fitness', group, fault: fault ?? null, at_ms } }];
    });
  }

  /** With which log-in a group was refused. What was so before this manager began is tried once more: a variable is another one only in another process. */
  #remember({ unfit }: State): void {
    const now = new Set([...unfit].flatMap(([group, { code }]) => (code === LOGIN_REFUSED ? [group] : [])));
    for (const group of now) {
      const look = this.#looks.get(group);
      if (this.#known?.has(group) === false && look !== undefined) this.#refused.set(group, look.login);
    }
    for (const group of this.#refused.keys()) if (!now.has(group)) this.#refused.delete(group);
    this.#known = now;
  }

  /** Whether somebody is being looked at, or what was seen is not in the ledger yet. */
  busy(state: State): boolean {
    return this.#asking.size > 0 || this.offers(state).length > 0;
  }

  /** When a look at who lacked something and has work is due, in monotonic milliseconds. */
  next(state: State): number | null {
    const times = this.#wanted(state).flatMap(({ group }) => {
      const look = this.#looks.get(group);
      return look === undefined || (look.fault === undefined && !this.#refused.has(group)) ? [] : [look.at + FRESH_MS];
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Resolves when nobody is asked any more. */
  async close(): Promise<void> {
    await Promise.all(this.#asking.values());
  }

  /** One seat of each group that would get work. */
  #wanted(state: State): readonly Seat[] {
    const found = new Map<SeatId, Seat>();
    for (const { seat, claim } of state.seats.values()) {
      if (!isAgent(seat.harness) || claim !== null || found.has(seat.group) || !managed(seat) || state.parked.has(seat.group)) continue;
      if (stopForSeat(state, seat) === undefined && bestFor(state, seat) !== undefined) found.set(seat.group, seat);
    }
    return [...found.values()];
  }

  #ask(seat: Seat): void {
    if (this.#asking.has(seat.group)) return;
    const { world } = this.#desk;
    const looked = (fault: Unfit | undefined, login: string): void => void this.#looks.set(seat.group, { of: keyOf(seat), at: world.clock.monotonic(), fault, login });
    const asking = loginMark(world, seat)
      .then(async (login) => looked(await seatFault(world, seat), login))
      .catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        say(this.#desk, 'warn', 'fitness.failed', message);
        looked({ code: 'AGENT_BROKEN', message: `it could not be looked at: ${message}`, fix: 'coo doctor' }, '');
      })
      .finally(() => {
        this.#asking.delete(seat.group);
        this.#ring();
      });
    this.#asking.set(seat.group, asking);
  }
}

function keyOf({ harness, agent, login, sandbox }: Seat): string {
  return JSON.stringify([harness, agent?.command, login, sandbox]);
}
