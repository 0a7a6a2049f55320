// A manager that hangs is replaced; whatever it does once it wakes is refused. The quick suite's share is `takeover.test.ts`.
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { once } from '../support/plans.ts';
import { eventually, processesAbout, signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';

const LEASE = { APP_LEASE: '2000' };

/** What a manager that finds itself replaced says, and nothing else. */
const OUSTED = [{ failure: 'EPOCH_OLD', message: expect.stringContaining('took over') as unknown }];

it.concurrent('with takeover a stopped manager is replaced at once, and so is one that lives', async () => {
  await inWorld({}, async (world) => {
    const first = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch?.number === 1);
    signal(first.pid, 'SIGSTOP');
    const second = world.manager('stopped', { APP_TAKEOVER: 'yes' });
    await world.until('a second epoch', (session) => session.state.epoch?.number === 2);
    expect(second.said('manager.hangs')).toEqual([]);
    const third = world.manager('stopped', { APP_TAKEOVER: 'yes' });
    expect(await second.ended).toBe(75);
    expect(second.said('failed')).toMatchObject(OUSTED);
    await third.drain();
    signal(first.pid, 'SIGCONT');
    expect(await first.ended).toBe(75);
    expect(first.said('failed')).toMatchObject(OUSTED);
    expect((await world.eventsOf('epoch.ended')).map(({ epoch }) => epoch)).toEqual([3]);
  });
});

it.concurrent('a manager whose beat goes on again is left alone', async () => {
  await inWorld({}, async (world) => {
    const first = world.manager('stopped', LEASE);
    await world.until('an epoch', (session) => session.state.epoch?.number === 1);
    signal(first.pid, 'SIGSTOP');
    const second = world.manager('stopped', LEASE);
    await eventually(() => second.output(), () => (second.said('manager.hangs').length > 0 ? true : undefined));
    signal(first.pid, 'SIGCONT');
    expect(await second.ended).toBe(75);
    expect(second.said('failed')).toMatchObject([{ failure: 'MANAGED' }]);
    expect(await first.drain()).toBe(0);
  });
});

it.concurrent('checks that a stopped manager began are ended and run again; when it wakes it touches nothing of the new ones', async () => {
  await inWorld({}, async (world) => {
    const check = `pwd >> '${world.out('checks')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo whole > seen.txt; [ "$(cat x.txt)" = x ]`;
    world.plan({ plan_id: 'p', steps: [once('s', 'echo x > x.txt', { outputs: ['x.txt'], checks: { after: [check] } })] });
    const first = world.manager('stopped', { APP_TAKEOVER: 'yes' });
    await eventually(() => first.output(), () => (world.lines('checks').length === 1 ? true : undefined));
    signal(first.pid, 'SIGSTOP');
    const second = world.manager('idle', { APP_TAKEOVER: 'yes' });
    await eventually(() => second.output(), () => (world.lines('checks').length === 2 ? true : undefined));
    expect(processesAbout(world.lines('checks')[0] ?? '')).toEqual([]);
    signal(first.pid, 'SIGCONT');
    expect(await first.ended).toBe(75);
    writeFileSync(world.out('go'), '');
    expect(await second.ended).toBe(0);
    const step = (await world.fresh()).state.plans.get('p')?.steps.get('s');
    expect([step?.status, step?.failures, step?.fence]).toEqual(['done', 0, 1]);
    expect(world.lines('checks')).toHaveLength(2);
  });
});
