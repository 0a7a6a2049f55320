import { dropEntry, newHeap, pushEntry, topEntry } from '../../src/kernel/heap.ts';
import type { Heap, HeapEntry } from '../../src/kernel/heap.ts';
import type { Chance } from './chance.ts';

/** Whose step it is: of a dead process nothing more happens, of a stopped one not before it is woken. */
export interface Actor {
  readonly name: string;
  life: 'alive' | 'stopped' | 'dead';
  /** What was to happen while it was stopped. */
  readonly held: Due[];
}

interface Due {
  readonly actor: Actor;
  readonly label: string;
  readonly act: () => void;
  live: boolean;
}

interface Later extends HeapEntry {
  readonly due: Due;
}

const SOON = Promise.resolve();

/** Takes something back that was to happen. */
export type Cancel = () => void;

/**
 * The time of one simulated machine, and who does what next. Of all that may happen now one is drawn, and every promise that follows from it
 * runs before the next is drawn; when nothing may, time goes on to the next that will. The same draws give the same trace.
 */
export class Scheduler {
  /** Monotonic milliseconds. */
  now = 0;
  /** What happened, a line each. */
  readonly trace: string[] = [];
  readonly #chance: Chance;
  readonly #ready: Due[] = [];
  readonly #later: Heap<Later> = newHeap();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Has something happen, `afterMs` from now at the earliest. */
  add(actor: Actor, label: string, act: () => void, afterMs = 0): Cancel {
    const due: Due = { actor, label, act, live: true };
    let entry: Later | undefined;
    if (actor.life === 'dead') return () => undefined;
    if (afterMs <= 0) this.#ready.push(due);
    else {
      entry = { rank: this.now + afterMs, live: true, due };
      pushEntry(this.#later, entry);
    }
    return () => {
      due.live = false;
      if (entry?.live === true) dropEntry(this.#later, entry);
    };
  }

  /** Notes something that is not a step of its own. */
  note(text: string): void {
    this.trace.push(`${String(this.now)}   ${text}`);
  }

  wake(actor: Actor): void {
    actor.life = 'alive';
    this.#ready.push(...actor.held.splice(0));
  }

  /** One step after the other, for as long as `goesOn` says so and something is left to happen. Rejects with what either throws. */
  steps(goesOn: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      // Called as a tick, to which Node comes when no microtask is left: every promise that can go on has gone on.
      const next = (): void => {
        try {
          const due = goesOn() ? this.#draw() : undefined;
          if (due === undefined) {
            resolve();
            return;
          }
          this.trace.push(`${String(this.now)} ${due.actor.name} ${due.label}`);
          due.act();
        } catch (cause) {
          reject(cause instanceof Error ? cause : new Error(String(cause)));
          return;
        }
        // From a microtask: of ticks added in a tick Node takes the next before any microtask.
        void SOON.then(settle);
      };
      const settle = (): void => process.nextTick(next);
      next();
    });
  }

  #draw(): Due | undefined {
    for (;;) {
      for (let top = topEntry(this.#later); top !== undefined && (top.rank <= this.now || this.#ready.length === 0); top = topEntry(this.#later)) {
        dropEntry(this.#later, top);
        this.now = Math.max(this.now, top.rank);
        this.#ready.push(top.due);
      }
      if (this.#ready.length === 0) return undefined;
      const at = this.#ready.length === 1 ? 0 : this.#chance.below(this.#ready.length);
      const due = this.#ready[at];
      const last = this.#ready.pop();
      if (last !== undefined && at < this.#ready.length) this.#ready[at] = last;
      if (due === undefined || !due.live || due.actor.life === 'dead') continue;
      if (due.actor.life === 'alive') return due;
      due.actor.held.push(due);
    }
  }
}
