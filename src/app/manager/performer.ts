import { due } from '../../kernel/due.ts';
import type { Command } from '../../kernel/state.ts';
import type { Answer } from '../step.ts';
import { Waits, perform } from './effects.ts';
import type { Pending } from './offers.ts';
import { say } from './shared.ts';
import type { Desk } from './shared.ts';

/** An effect that failed, or that has nothing to report yet, is looked at again after this, in milliseconds. */
const RETRY_MS = 5_000;
/** One whose outcome came too late (the branch moved meanwhile) is done again at once, but not in a tight ring. */
const SOON_MS = 60;
/** What a person has to clear away is not there again in a moment. */
const BLOCKED_MS = 30_000;

/** Performs what is owed, each effect once at a time, beside the loop; what came of it comes back as offers. */
export class Performer {
  readonly #desk: Desk;
  readonly #ring: () => void;
  /** Effects at work, by key: the lane each one is in. */
  readonly #atWork = new Map<string, string>();
  readonly #running = new Set<Promise<void>>();
  /** Effects that wait, until a monotonic time. */
  readonly #waiting = new Map<string, number>();
  /** Effects that could not be carried out when they were tried last, and why. */
  readonly #kept = new Map<string, Waits>();
  readonly #offers: Pending[] = [];

  constructor(desk: Desk, ring: () => void) {
    this.#desk = desk;
    this.#ring = ring;
  }

  get busy(): boolean {
    return this.#atWork.size > 0 || this.#offers.length > 0;
  }

  /** Monotonic time at which a waiting effect is due again, or null. */
  get nextRetry(): number | null {
    return this.#waiting.size === 0 ? null : Math.min(...this.#waiting.values());
  }

  /** Effects that only a person can let go on, by key, and why. */
  get held(): ReadonlyMap<string, Waits> {
    return new Map([...this.#kept].filter(([, { who }]) => who === 'person'));
  }

  takeOffers(): readonly Pending[] {
    return this.#offers.splice(0);
  }

  /** Starts every owed effect that is neither at work nor waiting; all but integrations when these must wait. True when one was started. */
  perform(integrations: 'too' | 'later' = 'too'): boolean {
    const { world, session } = this.#desk;
    const now = world.clock.monotonic();
    const owed = due(session.state);
    const keys = new Set(owed.map((command) => command.key));
    for (const kept of [this.#waiting, this.#kept]) for (const key of kept.keys()) if (!keys.has(key)) kept.delete(key);
    let any = false;
    for (const command of owed) {
      if (command.kind === 'integrate' && integrations === 'later') continue;
      if (now < (this.#waiting.get(command.key) ?? 0) || [...this.#atWork.values()].includes(laneOf(command))) continue;
      this.#atWork.set(command.key, laneOf(command));
      any = true;
      const running = this.#performOne(command).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
    return any;
  }

  /** Of a manager that was replaced: sees what is at work end, and lets go of what it holds. None of it is offered any more. */
  async abandon(): Promise<void> {
    await Promise.all(this.#running);
    for (const offer of this.takeOffers()) await offer.settle?.(undefined);
  }

  /** A person says that what an effect waited for is there. */
  retryNow(key: string): void {
    this.#waiting.delete(key);
  }

  async #performOne(command: Command): Promise<void> {
    const { key } = command;
    try {
      const offers = await perform(this.#desk, command);
      this.#kept.delete(key);
      for (const offer of offers) this.#offers.push({ ...offer, settle: async (answer) => this.#settled(command, offer, answer) });
      if (offers.length === 0) this.#wait(key, RETRY_MS);
    } catch (cause) {
      this.#wait(key, RETRY_MS);
      if (cause instanceof Waits) this.#keep(key, cause);
      else say(this.#desk, 'error', 'effect.failed', `${key}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
    this.#ring();
  }

  async #settled(command: Command, offer: Pending, answer: Answer | undefined): Promise<void> {
    await offer.settle?.(answer);
    const { key } = command;
    const blocked = command.kind === 'integrate' && this.#desk.session.state.plans.get(command.plan_id)?.integration.kind === 'blocked';
    if (blocked || answer?.ok !== true) this.#wait(key, blocked ? BLOCKED_MS : SOON_MS);
    else this.#atWork.delete(key);
  }

  /** Says a reason once: it is met again at each try. */
  #keep(key: string, reason: Waits): void {
    if (this.#kept.get(key)?.message !== reason.message) say(this.#desk, 'warn', reason.code, `${reason.message}\n  fix: ${reason.fix}`);
    this.#kept.set(key, reason);
  }

  #wait(key: string, ms: number): void {
    this.#atWork.delete(key);
    this.#waiting.set(key, this.#desk.world.clock.monotonic() + ms);
  }
}

/** Effects of one lane are performed one after the other: two merges into one target would meet each other's index lock, and one would be stale. */
function laneOf(command: Command): string {
  return command.kind === 'integrate' ? `into ${command.target}` : command.key;
}
