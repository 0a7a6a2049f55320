import type { Report } from './job.ts';

const MINUTE_MS = 60_000;

/** What all processes have run so far. */
export class Tally {
  readonly #began = performance.now();
  /** Processor time of each process, in milliseconds. */
  readonly #cpuMs = new Map<object, number>();
  readonly #met = new Map<string, number>();
  #runs = 0;
  #steps = 0;
  #entries = 0;

  add(who: object, { runs, steps, entries, cpuMs, met }: Report): void {
    this.#cpuMs.set(who, cpuMs);
    this.#runs += runs;
    this.#steps += steps;
    this.#entries += entries;
    for (const [what, times] of Object.entries(met)) this.#met.set(what, (this.#met.get(what) ?? 0) + times);
  }

  /** How far it is, and how fast: by the clock, and by the processor time that it took, start of the processes and all. */
  line(runs: number, first: number): string {
    const cpuMs = [...this.#cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
    const perMinute = (ms: number): string => String(Math.round((this.#runs * MINUTE_MS) / ms));
    return `${String(this.#runs)} of ${String(runs)} runs from seed ${String(first)}; ${String(this.#steps)} steps, ${String(this.#entries)} entries; ${perMinute(performance.now() - this.#began)} runs a minute, ${perMinute(cpuMs)} a minute of CPU (${(cpuMs / 1_000).toFixed(1)} s in ${String(this.#cpuMs.size)} jobs)`;
  }

  /** In how many runs each kind of event happened, seldom ones first. */
  met(): string {
    return [...this.#met].sort(([, a], [, b]) => a - b).map(([what, times]) => `${what} ${String(times)}`).join(', ');
  }
}
