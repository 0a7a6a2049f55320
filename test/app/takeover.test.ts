// A manager that hangs is replaced; whatever it does once it wakes is refused.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sameEnd } from '../support/kills.ts';
import { once } from '../support/plans.ts';
import { eventually, signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import { runUnderStops } from '../support/stops.ts';

const LEASE = { APP_LEASE: '2000' };

/** What a manager that finds itself replaced says, and nothing else. */
const OUSTED = [{ failure: 'EPOCH_OLD', message: expect.stringContaining('took over') as unknown }];

it.concurrent('a stopped manager is named, and replaced when it stood still for a lease; woken, it leaves with 75 and harms nothing', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `echo $COO_ORDER >> '${world.out('ran')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo x > x.txt`, { outputs: ['x.txt'] })] });
    const first = world.manager('stopped', LEASE);
    await world.untilFile(world.out('ran'));
    signal(first.pid, 'SIGSTOP');
    const second = world.manager('idle', LEASE);
    await world.until('a second epoch', (session) => session.state.epoch?.number === 2);
    expect(second.said('manager.hangs')).toMatchObject([{ level: 'warn', message: expect.stringContaining(`process ${String(first.pid)} on`) as unknown }]);
    signal(first.pid, 'SIGCONT');
    expect(await first.ended).toBe(75);
    expect(first.said('failed')).toMatchObject(OUSTED);
    writeFileSync(world.out('go'), '');
    expect(await second.ended).toBe(0);
    expect(second.said('manager.replaced')).toHaveLength(1);
    expect(world.lines('ran')).toEqual(['p.s.1']);
    expect((await world.fresh()).state.plans.get('p')?.integration.kind).toBe('done');
    expect((await world.eventsOf('epoch.ended')).map(({ epoch }) => epoch)).toEqual([2]);
  });
});

it.concurrent('a manager that runs and gives no sign is replaced too, when a lease is over', async () => {
  await inWorld({}, async (world) => {
    const first = world.manager('stopped', { ...LEASE, APP_HANG: world.out('go on') });
    const sign = await world.untilFile(join(world.repo.gitDir, 'coo/beats/epoch.1'));
    signal(first.pid, 'SIGUSR2');
    await eventually(() => 'a beat that is old', () => (Date.now() - statSync(sign).mtimeMs > 1_200 ? true : undefined));
    const second = world.manager('stopped', LEASE);
    await world.until('a second epoch', (session) => session.state.epoch?.number === 2);
    expect(second.said('manager.hangs')).toMatchObject([{ message: expect.stringContaining('gives no sign') as unknown }]);
    writeFileSync(world.out('go on'), '');
    expect(await first.ended).toBe(75);
    expect(first.said('failed')).toMatchObject(OUSTED);
    expect(await second.drain()).toBe(0);
  });
});

it.concurrent('a manager at rest beats, and takes its beat along when it leaves; the next clears those of the dead', async () => {
  await inWorld({}, async (world) => {
    const folder = join(world.repo.gitDir, 'coo/beats');
    const first = world.manager('stopped', LEASE);
    await eventually(() => 'three beats', () => (readdirSync(folder).includes('epoch.1') && readFileSync(join(folder, 'epoch.1')).length > 2 ? true : undefined));
    await first.kill();
    expect(readdirSync(folder)).toEqual(['epoch.1']);
    const second = world.manager('stopped', LEASE);
    await world.untilFile(join(folder, 'epoch.2'));
    expect(readdirSync(folder)).toEqual(['epoch.2']);
    await second.drain();
    expect(readdirSync(folder)).toEqual([]);
  });
});

it.concurrent('managers stopped at three moments, replaced, and woken at others: the same end as without, each effect once', { timeout: 120_000 }, async () => {
  await inWorld({}, async (world) => {
    expect(await runUnderStops(world, 'p', 3, 5)).toBeGreaterThan(1);
    await sameEnd(world, 'p', false);
  });
});
