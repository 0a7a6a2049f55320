import { expect, it } from 'vitest';
import { runUnderKills, sameEnd } from '../support/kills.ts';
import type { Victim } from '../support/kills.ts';
import { inWorld } from '../support/real-world.ts';

const ROUNDS = 8;

it.each(['manager', 'worker', 'both'] as const)('kill -9 of %s at many moments: the same end as without, each step accepted once, none stranded', { timeout: 600_000 }, async (victim: Victim) => {
  let hits = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await inWorld({}, async (world) => {
      hits += await runUnderKills(world, 'p', [victim, victim, victim], round * 31 + victim.length);
      await sameEnd(world, 'p', victim !== 'manager');
    });
  }
  expect(hits).toBeGreaterThan(ROUNDS);
});
