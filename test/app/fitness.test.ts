// Before an agent's seat gets an order: its program is there and says its version, and its log-in is there. What is not is said, and work waits.
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainStep } from '../../src/kernel/views.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import { AGENT, install, seats, STEP } from '../support/unfit-agent.ts';

it('a program that is not there: the seat gets nothing, others do; it is said; when it is there the step is given', async () => {
  await inWorld({ more: [{ ...AGENT, command: ['/nowhere/agent'] }] }, async (world) => {
    world.plan({ plan_id: 'p', steps: [STEP, once('other', 'echo a > a.txt')] });
    const manager = world.manager('idle');
    expect(await manager.ended).toBe(4);
    expect(await world.steps('p')).toBe('write ready, other done');
    expect(manager.said('seat.unfit')).toMatchObject([{ level: 'error', message: expect.stringMatching(/^seat robot gets nothing: \/nowhere\/agent cannot be started: .*\n {2}fix: npm install/) as string }]);
    const { state } = await world.fresh();
    const plan = state.plans.get('p');
    const step = plan?.steps.get('write');
    expect(plan === undefined || step === undefined ? [] : explainStep(state, plan, step)).toMatchObject([{ code: 'SEAT_UNFIT', who: 'a person', message: expect.stringContaining('/nowhere/agent cannot be started') as string }]);
    // The next manager looks again before it says that nothing can be done.
    seats(world, { command: [install(world, '7.1.0')] });
    await world.manager('idle').ended;
    expect(await world.eventsOf('seat.fit')).toMatchObject([{ group: 'robot' }]);
    expect((await world.eventsOf('step.claimed')).filter(({ seat }) => seat === 'robot').length).toBeGreaterThan(0);
  });
});

it('is asked as an attempt would be: in a home of its own, which goes', async () => {
  await inWorld({}, async (world) => {
    const program = join(world.scratch, 'agent');
    writeFileSync(program, `#!/bin/sh\necho "$HOME $PWD $XDG_CONFIG_HOME" >> '${world.out('home')}'; echo rubbish > "$HOME/rubbish"; echo 7.1.0\n`);
    chmodSync(program, 0o755);
    seats(world, { command: [program] });
    world.plan({ plan_id: 'p', steps: [{ ...STEP, retry: { max: 0 } }] });
    await world.run();
    const [home = '', folder, config] = (world.lines('home')[0] ?? '').split(' ');
    expect([home, folder, config]).toEqual([expect.stringMatching(/\/coo\/\.standing\.[0-9a-f]+$/), home, `${home}/.config`]);
    expect(existsSync(home)).toBe(false);
  });
});

it('nothing of its log-in: the seat gets nothing; one of several ways is enough', async () => {
  await inWorld({}, async (world) => {
    const command = [install(world, '7.1.0')];
    seats(world, { command, login: ['ROBOT_KEY', '~/.robot/key.json'] });
    world.plan({ plan_id: 'p', steps: [STEP] });
    await world.run();
    expect(await world.eventsOf('seat.unfit')).toMatchObject([{ group: 'robot', code: 'LOGIN_ABSENT', message: 'nothing of its login is there: ROBOT_KEY, ~/.robot/key.json' }]);
    expect(await world.eventsOf('step.claimed')).toEqual([]);
    await world.manager('idle', { ROBOT_KEY: 'sk-1' }).ended;
    expect((await world.eventsOf('step.claimed')).length).toBeGreaterThan(0);
  });
});
