import { expect, it } from 'vitest';
import { inWorld } from '../support/real-world.ts';
import { once } from '../support/plans.ts';

it('a plan dropped in a repository is claimed, worked, checked, merged and recorded', async () => {
  await inWorld({}, async (world) => {
    world.plan({
      plan_id: 'hello',
      steps: [once('greet', `echo hello > greeting.txt; echo $COO_ORDER >> '${world.out('ran')}'`, { outputs: ['greeting.txt'] }), once('check', 'grep -q hello greeting.txt', { depends_on: ['greet'] })],
    });
    expect(await world.run()).toBe(0);
    expect(await world.steps('hello')).toBe('greet done, check done');
    expect(world.lines('ran')).toEqual(['hello.greet.1']);
    expect(world.tree('main')).toContain('greeting.txt');
    expect(world.repo.git('status', '--porcelain', '--', 'greeting.txt')).toBe('');
  });
});
