import type { Owner } from '../../ports/process.ts';
import { orderId } from '../../kernel/ids.ts';
import { limitsOf } from '../../kernel/rules/grant.ts';
import type { Claim } from '../../kernel/state.ts';
import { cooPaths } from '../layout.ts';
import { storedBytes } from '../stored.ts';
import { isFault } from '../faults.ts';
import { quietOf, quietWords } from '../quiet.ts';
import { notedUsage } from '../used.ts';
import { lostReceipt } from './lost-receipt.ts';
import type { Pending } from './offers.ts';
import { readResult, readStart } from './results.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** A worker that was to be started and did not announce itself within this time never will, in milliseconds. */
const START_MS = 20_000;
/** A pause of our own longer than this says nothing about others: all their timers start again. */
const GAP_MS = 15_000;

/** A beat is looked at this often in a lease: a thousand workers' files need not be, each second. */
const LOOKS = 16;

interface Watched {
  /** What was last seen of the counter; a change restarts the clock. */
  sign: string;
  /** Monotonic time of that change, as this observer saw it. */
  since: number;
}

/**
 * Who is still there. Everything is timed by this process's own monotonic clock against a counter that did not change:
 * a wall clock that jumps, or a pause of ours, takes nothing from anybody.
 */
export class Liveness {
  readonly #desk: Desk;
  readonly #watched = new Map<string, Watched>();
  /** Since when agents that were told of give no sign of life. */
  readonly #quiet = new Map<string, string>();
  /** Who runs an order, and when its beat is looked at next, in monotonic milliseconds. A start file is never written again. */
  readonly #workers = new Map<string, { readonly owner: Owner; next: number }>();
  #last: number;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#last = desk.world.clock.monotonic();
  }

  async scan(): Promise<readonly Pending[]> {
    const { session, world } = this.#desk;
    const now = world.clock.monotonic();
    if (now - this.#last > GAP_MS) this.#watched.clear();
    this.#last = now;
    const live = new Set<string>();
    const offers: Pending[] = [];
    for (const claim of session.state.claims.values()) {
      if (claim.reported !== null) continue;
      const order_id = orderId(claim.plan_id, claim.step_id, claim.fence);
      live.add(order_id);
      const offer = claim.kind === 'held' ? this.#held(claim, order_id, now) : await this.#beating(claim, order_id, now);
      if (offer !== undefined) offers.push(offer);
    }
    for (const seen of [this.#watched, this.#workers]) for (const order_id of seen.keys()) if (!live.has(order_id)) seen.delete(order_id);
    return offers;
  }

  /** Milliseconds that the sign of an order has stood still. */
  #still(order_id: string, sign: string, now: number): number {
    const watched = this.#watched.get(order_id);
    if (watched?.sign === sign) return now - watched.since;
    this.#watched.set(order_id, { sign, since: now });
    return 0;
  }

  #held(claim: Claim, order_id: string, now: number): Pending | undefined {
    const still = this.#still(order_id, `${String(claim.renewals)} ${String(claim.asked)}`, now);
    const { ask_ms } = limitsOf(this.#desk.session.state);
    if (still < (claim.asked ? ask_ms : claim.lease_ms)) return undefined;
    const { plan_id, step_id, fence, renewals } = claim;
    return { input: { type: 'ran_out', plan_id, step_id, fence, renewals, at_ms: this.#desk.world.clock.now() } };
  }

  async #beating(claim: Claim, order_id: string, now: number): Promise<Pending | undefined> {
    const { world } = this.#desk;
    const worker = this.#workers.get(order_id);
    if (worker === undefined) return this.#announcing(claim, order_id, now);
    if (world.processes.life(worker.owner) === 'dead') {
      // The result may have come between the two looks.
      if ((await readResult(this.#desk, order_id)) !== undefined) return undefined;
      return this.#lost(claim, `its worker (process ${String(worker.owner.pid)}) died`);
    }
    if (now < worker.next) return undefined;
    worker.next = now + claim.lease_ms / LOOKS;
    await this.#listen(claim, order_id);
    const beats = (await world.files.info(cooPaths.beat(world.layout, order_id)))?.size ?? 0;
    if (this.#still(order_id, `beat ${String(beats)}`, now) < claim.lease_ms) return undefined;
    return this.#lost(claim, `no heartbeat for ${String(claim.lease_ms)} ms`);
  }

  /** An agent that gives no sign of life is told of, once each time. */
  async #listen(claim: Claim, order_id: string): Promise<void> {
    const quiet = await quietOf(this.#desk.world, this.#desk.session.state, claim);
    if (quiet === undefined) this.#quiet.delete(order_id);
    else if (this.#quiet.get(order_id) !== quiet.since) say(this.#desk, 'warn', 'agent.quiet', `${claim.plan_id}/${claim.step_id}  ${quietWords(quiet)}; its time ends it, or: coo take, coo cancel`, { plan_id: claim.plan_id, step_id: claim.step_id, seat: claim.seat });
    if (quiet !== undefined) this.#quiet.set(order_id, quiet.since);
  }

  /** Whether a worker has announced itself by now. From then on its process and its beat are looked at, first in this very look. */
  async #announcing(claim: Claim, order_id: string, now: number): Promise<Pending | undefined> {
    const start = await readStart(this.#desk, order_id);
    if (start !== undefined && start.owner !== null) {
      this.#workers.set(order_id, { owner: start.owner, next: now });
      return this.#beating(claim, order_id, now);
    }
    // Of a frozen ledger nobody is to be started: the wait for him begins with the thaw.
    if (start === undefined && this.#desk.session.state.frozen !== null) {
      this.#watched.delete(order_id);
      return undefined;
    }
    if (start === undefined && this.#still(order_id, 'not started', now) < START_MS) return undefined;
    if (start === undefined && !(await this.#close(order_id))) return undefined;
    return this.#lost(claim, 'no worker announced itself');
  }

  /** Takes the start name, so that nobody can start the order any more. False when a worker was faster. */
  async #close(order_id: string): Promise<boolean> {
    const { files, layout } = this.#desk.world;
    try {
      await files.create(cooPaths.start(layout, order_id), storedBytes({ schema: 'coo/start.v1', order_id, owner: null, dedicated: false }));
      return true;
    } catch (cause) {
      if (isFault(cause, 'FILE_EXISTS')) return false;
      throw cause;
    }
  }

  async #lost(claim: Claim, why: string): Promise<Pending> {
    const { plan_id, step_id, fence } = claim;
    const at_ms = this.#desk.world.clock.now();
    const { path, files } = await lostReceipt(this.#desk, claim, why, at_ms);
    const usage = await notedUsage(this.#desk.world, orderId(plan_id, step_id, fence));
    return { input: { type: 'lost', plan_id, step_id, fence, why, receipt: path, ...(usage === undefined ? {} : { usage }), at_ms }, files };
  }
}
