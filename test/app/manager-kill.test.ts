import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explain } from '../../src/app/operations/explain.ts';
import { status } from '../../src/app/operations/status.ts';
import { sameEnd, runUnderKills } from '../support/kills.ts';
import { once } from '../support/plans.ts';
import { signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';

it.concurrent('a manager killed while workers run: they go on, the next adopts them, each effect once', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `echo $COO_ORDER >> '${world.out('ran')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo x > x.txt`, { outputs: ['x.txt'] })] });
    const first = world.manager('stopped');
    await world.untilFile(world.out('ran'));
    await first.kill();
    const session = await world.fresh();
    expect((await status(session)).manager).toMatchObject({ life: 'dead', pid: first.pid, seen: expect.any(String) as string });
    for (const subject of ['p', 'p/s']) expect((await explain(session, subject)).blockers[0]).toMatchObject({ code: 'MANAGER_DEAD', next: 'coo run' });
    const second = world.manager('stopped');
    await world.until('a second epoch', ({ state }) => state.epoch?.number === 2);
    await world.until('it is said', () => second.said('manager.died').length === 1);
    expect(second.said('manager.died')).toMatchObject([{ level: 'warn', message: expect.stringContaining("1 step was in somebody's hands") as string }]);
    expect((await explain(await world.fresh(), 'p/s')).blockers.map(({ code }) => code)).toEqual(['HELD']);
    // A third is told who manages, and harms nothing.
    const third = world.manager('idle');
    expect(await third.ended).toBe(75);
    expect(third.said('failed')).toMatchObject([{ failure: 'MANAGED' }]);
    writeFileSync(world.out('go'), '');
    await world.untilPlan('p', (plan) => plan.integration.kind === 'done');
    await second.drain();
    expect(world.lines('ran')).toEqual(['p.s.1']);
  });
});

it.concurrent('a result that came while nobody managed is judged by the next', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `echo x > x.txt; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done`, { outputs: ['x.txt'] })] });
    const first = world.manager('stopped');
    await world.untilStep('p/s', 'running');
    await first.kill();
    writeFileSync(world.out('go'), '');
    await world.untilFile(join(world.repo.gitDir, 'coo/results/p.s.1.json'));
    expect(await world.run()).toBe(0);
    expect(await world.eventsOf('step.claimed')).toHaveLength(1);
    expect(world.tree('main')).toContain('x.txt');
  });
});

it.concurrent('a worker killed: its tree is ended, the step is done again under the next fence, no retry is charged', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `echo $COO_ORDER >> '${world.out('ran')}'; [ $COO_FENCE = 2 ] || sleep 600; echo $COO_FENCE > x.txt`, { outputs: ['x.txt'] })] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('ran'));
    signal(world.worker('p.s.1') ?? 0, 'SIGKILL');
    const step = await world.untilStep('p/s', 'done');
    expect([step.failures, step.fence]).toEqual([0, 2]);
    await world.untilPlan('p', (plan) => plan.integration.kind === 'done');
    await manager.drain();
    expect(world.lines('ran')).toEqual(['p.s.1', 'p.s.2']);
    const types = (await world.events()).map(({ type }) => type).filter((type) => ['step.claimed', 'run.lost', 'worker.stopped', 'run.accepted'].includes(type));
    expect(types).toEqual(['step.claimed', 'run.lost', 'worker.stopped', 'step.claimed', 'run.accepted']);
    expect(world.repo.git('show', 'main:x.txt')).toBe('2');
  });
});

it.concurrent('managers killed at three moments: the same end as without', async () => {
  await inWorld({}, async (world) => {
    await runUnderKills(world, 'p', ['manager', 'manager', 'manager'], 3);
    await sameEnd(world, 'p', false);
  });
});
