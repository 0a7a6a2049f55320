import { expect, it } from 'vitest';
import { inWorld } from '../support/real-world.ts';
import { soak, SOAKING } from './soak.ts';

it('a minute of plans under kills of manager and workers: every step done, accepted once, one receipt each, the record whole', { timeout: 600_000 }, async () => {
  await inWorld({ seats: 8, limits: { ...SOAKING, workers: 8 } }, async (world) => {
    const { kills, missing } = await soak(world, { minutes: 1, steps: 60, seats: 8, say: (line) => void process.stdout.write(`  ${line}\n`) });
    expect(missing).toEqual([]);
    expect(kills.manager + kills.workers).toBeGreaterThan(0);
  });
});
