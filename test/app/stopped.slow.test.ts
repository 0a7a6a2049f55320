// Workers whose processes are stopped, or are to end: what becomes of the whole tree, and of what it had done.
import { expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from '../support/plans.ts';
import { isAlive, processesAbout, signal } from '../support/processes.ts';
import { endOf, inWorld, outputOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const COO = join(import.meta.dirname, '../../dist/bin/coo.js');

async function coo(world: RealWorld, ...args: readonly string[]): Promise<string> {
  const child = world.start([COO, '-C', world.folder, ...args]);
  await endOf(child);
  return outputOf(child);
}

/** Processes that carry the mark of an order, and the worker that hosts it. */
function treeOf(world: RealWorld, order_id: string): readonly number[] {
  const ours = new Set(processesAbout(world.scratch));
  return [world.worker(order_id) ?? 0, ...processesAbout(`COO_ORDER=${order_id}`).filter((pid) => ours.has(pid))];
}

it('a worker whose whole tree is stopped is fenced when its lease is over, its step done again; what it had done is kept aside, and said to be', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `echo $COO_FENCE > x.txt; : > '${world.out('at-work')}'; while [ $COO_FENCE = 1 ]; do sleep 0.1; done`, { outputs: ['x.txt'] })] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('at-work'));
    for (const pid of treeOf(world, 'p.s.1')) signal(pid, 'SIGSTOP');
    await world.untilPlan('p', (plan) => plan.integration.kind === 'done');
    expect(await manager.drain()).toBe(0);
    expect(await world.eventsOf('run.lost')).toMatchObject([{ fence: 1, why: expect.stringMatching(/^no heartbeat for/) as string }]);
    expect((await world.eventsOf('run.accepted')).map(({ fence }) => fence)).toEqual([2]);
    // Asked to end once it is woken, it leaves a result: one that nobody takes any more.
    expect(await world.eventsOf('late.refused')).toMatchObject([{ fence: 1, what: 'result cancelled' }]);
    expect([world.repo.git('show', 'refs/coo/rescue/p.s.1:x.txt'), world.repo.git('show', 'main:x.txt')]).toEqual(['1', '2']);
    for (const args of [['explain', 'p/s'], ['log', '--limit', '50']]) expect(await coo(world, ...args)).toContain('p/s  fence 1 is over: what it sent (result cancelled) came too late and is kept aside; its work is kept: refs/coo/rescue/p.s.1\n');
    expect(readFileSync(join(world.folder, '_bus/out/manager-report/incidents.json'), 'utf8')).toContain('p/s  fence 1 is over');
  });
});

it('coo cancel reaches the whole tree of a worker: asked first, killed where it does not listen', async () => {
  await inWorld({}, async (world) => {
    const [asked, deaf] = [world.out('asked'), world.out('deaf')];
    const stubborn = `trap '' TERM; setsid sh -c 'trap "" TERM; : > "${deaf}"; while :; do sleep 0.1; done' &`;
    world.plan({ plan_id: 'p', steps: [once('s', `${stubborn} trap 'echo asked > "${asked}"; exit 1' TERM; while [ ! -e '${deaf}' ]; do sleep 0.1; done; : > '${world.out('up')}'; while :; do sleep 0.1; done`)] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('up'));
    const tree = treeOf(world, 'p.s.1');
    const begun = performance.now();
    expect(await coo(world, 'cancel', 'p', '--reason', 'enough')).toContain('p');
    await world.until('its end', ({ state }) => state.workers === 0 && state.plans.get('p')?.steps.get('s')?.stopping === null);
    process.stdout.write(`  ${String(tree.length)} processes ended ${((performance.now() - begun) / 1_000).toFixed(1)} s after coo cancel was typed\n`);
    expect(world.lines('asked')).toEqual(['asked']);
    expect(tree.filter((pid) => isAlive(pid))).toEqual([]);
    expect(await world.eventsOf('worker.stopped')).toMatchObject([{ survivors: 0 }]);
    expect(await manager.drain()).toBe(0);
  });
});
