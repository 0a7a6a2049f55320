// A worker that was started ahead of its order: it is nobody's until it is given one, and then its own. The quick suite's share is `spare.test.ts`.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cancel } from '../../src/app/operations/manage.ts';
import { once } from '../support/plans.ts';
import { eventually, signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import { spareOf, unnamed, untilGone } from '../support/spare-workers.ts';

const LINUX = process.platform === 'linux';

it.skipIf(!LINUX).concurrent('gives its commands the environment that a worker of their own would; one that died is done without', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const told = (name: string): readonly string[] =>
      readFileSync(world.out(name), 'utf8')
        .split('\0')
        .filter((entry) => !entry.startsWith('COO_TOKEN=') && !entry.startsWith('_='))
        .map((entry) => entry.replaceAll(name, '<plan>'))
        .sort();
    const plan = (plan_id: string): Parameters<typeof world.plan>[0] => ({ plan_id, steps: [once('s', `env -0 > '${world.out(plan_id)}.part'; mv '${world.out(plan_id)}.part' '${world.out(plan_id)}'`)] });
    const more = { HOME: '/nowhere\nwith "quotes" and ü', NOT_ALLOWED: 'secret' };
    // The one that began with a plan had no time for a spare.
    world.plan(plan('own'));
    expect(await world.manager('idle', more).ended).toBe(0);
    const manager = world.manager('stopped', more);
    const spare = await spareOf(world);
    world.plan(plan('given'));
    await world.untilStep('given/s', 'done');
    expect(world.worker('given.s.1')).toBe(spare);
    expect(told('given')).toEqual(told('own'));
    expect(told('given').join('\n')).toContain('with "quotes" and ü');
    expect(told('given').join('\n')).not.toContain('secret');
    // One that died while it waited is no loss.
    const second = await spareOf(world, [spare]);
    signal(second, 'SIGKILL');
    world.plan(plan('again'));
    await world.untilStep('again/s', 'done');
    expect(world.worker('again.s.1')).not.toBe(second);
    expect(told('again')).toEqual(told('own'));
    await manager.drain();
    expect(unnamed(world)).toEqual([]);
  });
});

it.skipIf(!LINUX).concurrent('is stopped with all that it started, though it carries no mark itself', async () => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    const spare = await spareOf(world);
    const daemon = `setsid sh -c 'echo $$ > "${world.out('daemon')}"; trap "" TERM; while :; do sleep 0.1; done' & `;
    world.plan({ plan_id: 'p', steps: [once('s', `${daemon} echo $$ > '${world.out('shell')}'; exec sleep 600`)] });
    await world.untilFile(world.out('shell'));
    await world.untilFile(world.out('daemon'));
    await world.untilStep('p/s', 'running');
    expect(world.worker('p.s.1')).toBe(spare);
    signal(spare, 'SIGSTOP');
    expect(await cancel(await world.another(), 'p', { by: 'op', reason: 'enough' })).toMatchObject({ ok: true });
    await world.until('it is stopped', ({ state }) => state.workers === 0);
    const started = await eventually(() => 'pids', () => (world.lines('daemon').length + world.lines('shell').length === 2 ? [...world.lines('daemon'), ...world.lines('shell')].map(Number) : undefined));
    await untilGone(spare, ...started);
    await manager.drain();
  });
});

it.skipIf(!LINUX).concurrent('that was asked to stop takes no further order: who asked may kill it five seconds later', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const manager = world.manager('stopped');
    const spare = await spareOf(world);
    world.plan({ plan_id: 'first', steps: [once('s', 'sleep 600')] });
    await world.untilStep('first/s', 'running');
    expect(world.worker('first.s.1')).toBe(spare);
    expect(await cancel(await world.another(), 'first', { by: 'op', reason: 'enough' })).toMatchObject({ ok: true });
    world.plan({ plan_id: 'second', steps: [once('s', 'sleep 7; echo s > s.txt')] });
    await world.untilStep('second/s', 'done');
    expect(world.worker('second.s.1')).not.toBe(spare);
    await manager.drain();
  });
});
