/** Times of one side, in ms. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly samples: readonly number[];
}

/** The value that `share` (0 to 1) of the samples do not exceed; nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function timesOf(samples: readonly number[]): Times {
  return { p50: percentile(samples, 0.5), p99: percentile(samples, 0.99), samples };
}

/**
 * Measures several things in turn, round after round, so that whatever else the machine does meets all of them alike.
 * The order turns with each round, so that none is always first; the first round is thrown away. A side may wait.
 */
export async function interleave<Side extends string>(sides: Readonly<Record<Side, (round: number) => unknown>>, rounds: number): Promise<Readonly<Record<Side, Times>>> {
  const names = Object.keys(sides) as Side[];
  const samples = new Map<Side, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length];
      if (name === undefined) continue;
      const began = performance.now();
      await sides[name](round);
      const took = performance.now() - began;
      if (round > 0) samples.get(name)?.push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, timesOf(samples.get(name) ?? [])])) as Record<Side, Times>;
}
