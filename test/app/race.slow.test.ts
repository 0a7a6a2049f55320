import { expect, it } from 'vitest';
import { startPlan } from '../../src/app/operations/plans.ts';
import { byHand } from '../support/plans.ts';
import { race } from '../support/race.ts';
import { inWorld } from '../support/real-world.ts';

/** Claims asked for by eight processes at once. */
const CONTESTED = 1_000;

it('eight processes, a thousand contested claims, kills and stops among them: zero steps with two holders', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'race', steps: ['a', 'b', 'c'].map((id) => byHand(id)) });
    expect(await startPlan(world.world, 'race', 'test')).toMatchObject({ ok: true });
    const { grants, refusals, fenced } = await race(world, 'race', { rounds: 160, kills: 12, stops: 6, seed: 7 });
    process.stdout.write(`race: ${String(grants)} grants, ${String(refusals)} refusals, ${String(fenced)} fenced off\n`);
    expect(grants + refusals).toBeGreaterThanOrEqual(CONTESTED);
    expect(refusals).toBeGreaterThan(0);
    expect(fenced).toBeGreaterThan(0);
  });
});
