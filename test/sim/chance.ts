import type { Random } from '../../src/ports/random.ts';
import { fakeRandom } from '../support/fake-random.ts';

/** All that a run leaves to chance, from one seed. Every draw has to be made in an order that the seed decides. */
export class Chance {
  readonly random: Random;

  constructor(seed: number) {
    this.random = fakeRandom(seed);
  }

  /** Whether something of this probability happens. No draw is made for what cannot happen. */
  happens(probability: number): boolean {
    return probability > 0 && this.random.unit() < probability;
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.random.unit() * end);
  }

  /** An integer between the two, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(all: readonly T[]): T | undefined {
    return all.length === 0 ? undefined : all[this.below(all.length)];
  }

  /** One of the names, each as likely as its weight says. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const all = Object.entries(weights) as [T, number][];
    let left = this.random.unit() * all.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of all) {
      left -= weight;
      if (left < 0) return name;
    }
    return all[0]?.[0] as T;
  }
}
