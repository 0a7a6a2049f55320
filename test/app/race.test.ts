import { expect, it } from 'vitest';
import { startPlan } from '../../src/app/operations/plans.ts';
import { byHand } from '../support/plans.ts';
import { race } from '../support/race.ts';
import { inWorld } from '../support/real-world.ts';

it('eight processes race for three steps, one killed, one stopped past its claim: never two holders, and who wakes too late is refused by its fence', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'race', steps: ['a', 'b', 'c'].map((id) => byHand(id)) });
    expect(await startPlan(world.world, 'race', 'test')).toMatchObject({ ok: true });
    const { grants, refusals, fenced } = await race(world, 'race', { rounds: 12, kills: 1, stops: 1, seed: 1 });
    expect(grants).toBeGreaterThan(0);
    expect(refusals).toBeGreaterThan(0);
    expect(fenced).toBeGreaterThan(0);
  });
});
