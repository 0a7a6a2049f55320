import { expect, it } from 'vitest';
import { sameEnd } from '../support/kills.ts';
import { inWorld } from '../support/real-world.ts';
import { runUnderStops } from '../support/stops.ts';

const ROUNDS = 24;

it('SIGSTOP of managers at many moments, each replaced and woken later: the same end as without, each effect once, no retry charged', { timeout: 1_200_000 }, async () => {
  let epochs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await inWorld({}, async (world) => {
      epochs += await runUnderStops(world, 'p', 3, round * 37 + 1);
      await sameEnd(world, 'p', false);
    });
  }
  expect(epochs).toBeGreaterThan(2 * ROUNDS);
});
