// The branch that a plan goes into is looked at just before orders go out: gone or rewritten, nothing of the plan is granted; put back, it goes on by itself.
import { expect, it } from 'vitest';
import { inWorld } from '../support/real-world.ts';
import { stranger, twoSteps } from '../support/rewriting.ts';

it('what was taken out of a target comes back by no merge: the last step is done, and the plan waits', async () => {
  await inWorld({}, async (world) => {
    const first = world.repo.git('rev-parse', 'main');
    const other = stranger(world);
    world.repo.git('checkout', '-q', '--detach');
    world.plan({ plan_id: 'p', steps: twoSteps(world, 'update-ref', 'refs/heads/main', other).slice(0, 1) });
    expect(await world.run()).toBe(1);
    expect(await world.eventsOf('integration.blocked')).toMatchObject([{ code: 'TARGET_REWRITTEN', message: expect.stringContaining(`git merge ${first}`) as string }]);
    expect(world.repo.git('rev-parse', 'main')).toBe(other);
    world.repo.git('update-ref', 'refs/heads/main', first);
    expect(await world.run()).toBe(0);
    expect(world.tree('main')).toContain('a.txt');
  });
});
