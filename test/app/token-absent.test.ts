// A manager that stops for ever between a grant and the token that goes with it: the work is done all the same, under that very grant.
import { expect, it } from 'vitest';
import { applyByHand } from '../../src/app/operations/by-hand.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

it('a grant whose token was never stored is worked under its own fence', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    const { session } = await startPlan(world.world, 'p', 'op');
    const at_ms = Date.now();
    await applyByHand(session, { type: 'begin', manager: 'gone', after: 0, at_ms });
    await applyByHand(session, { type: 'assign', epoch: 1, nonce: 'manager-1', token_sha256: 'a'.repeat(64), at_ms });
    await applyByHand(session, { type: 'end', epoch: 1, at_ms });
    expect(await world.run()).toBe(0);
    expect((await world.eventsOf('run.accepted')).map(({ fence }) => fence)).toEqual([1]);
    expect(await world.eventsOf('run.lost')).toEqual([]);
  });
});
