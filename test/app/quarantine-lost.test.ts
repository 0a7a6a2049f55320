// The quarantine is taken away under a manager: what is judged and merged afterwards goes on without anybody's help.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

it.concurrent('a running manager makes it again: before a start, before a judgement, before a merge', async () => {
  await inWorld({}, async (world) => {
    const quarantine = join(world.repo.gitDir, 'coo/attempts.git');
    const lose = `rm -rf "${quarantine}"`;
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] }), once('b', `echo b > b.txt; ${lose}`, { outputs: ['b.txt'], depends_on: ['a'] }), once('c', 'echo c > c.txt', { outputs: ['c.txt'], depends_on: ['b'] })] });
    const manager = world.manager('stopped');
    await world.untilPlan('p', (plan) => plan.integration.kind === 'done');
    rmSync(quarantine, { recursive: true });
    world.plan({ plan_id: 'q', steps: [once('a', 'echo q > q.txt', { outputs: ['q.txt'] })] });
    await world.untilPlan('q', (plan) => plan.integration.kind === 'done');
    expect(await world.steps('p')).toBe('a done, b done, c done');
    expect(world.tree('main')).toEqual(['README.md', 'a.txt', 'b.txt', 'c.txt', 'q.txt']);
    expect(manager.said('effect.failed')).toEqual([]);
    expect(await manager.drain()).toBe(0);
  });
});
