// Before an agent's seat gets an order: its program is there and says its version, and its log-in is there. What is not is said, and work waits.
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainStep } from '../../src/kernel/views.ts';
import { managedHere } from '../support/manager-here.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const STEP = { step_id: 'write', prompt: 'write', role: 'writer' };
const AGENT = { seat: 'robot', roles: ['writer'], harness: 'claude' };

/** A program in the place of the agent's: it says its version, and does nothing else. */
function install(world: RealWorld, version: string): string {
  const path = join(world.scratch, 'bin/agent');
  mkdirSync(join(world.scratch, 'bin'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n[ "$1" = --version ] && echo "${version}" >> '${world.out('asked')}' && echo '${version}'\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Names the agent's program as an operator would. */
function seats(world: RealWorld, more: object): void {
  const org = { version: 1, target: 'main', integrate: 'merge', seats: [{ seat: 'dev', roles: ['developer'], harness: 'shell' }, { ...AGENT, ...more }], limits: { lease: '4s', beat: '500ms' }, breaker: { failures: 1_000 } };
  world.drop('_plans/coo.yaml', JSON.stringify(org));
}

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

it('is looked at again after half a minute while work waits, and not more often; without work not at all', async () => {
  await inWorld({}, async (world) => {
    const command = [install(world, '7.1.0')];
    rmSync(join(world.scratch, 'bin/agent'));
    seats(world, { command });
    await managedHere(world, { speed: 20 }, async (said) => {
      await world.until('the seat', (session) => session.state.seats.has('robot'));
      expect(said('seat.unfit')).toEqual([]);
      world.plan({ plan_id: 'p', steps: [STEP] });
      await world.until('it is said', () => said('seat.unfit').length === 1);
      install(world, '7.1.0');
      await world.until('it is fit', () => said('seat.fit').length === 1);
      await world.until('the step is given', () => existsSync(world.out('asked')));
    });
    expect((await world.eventsOf('seat.unfit')).length).toBe(1);
  });
});

/** An agent whose provider takes one key only. */
const PICKY = `import { readFileSync, writeFileSync, appendFileSync } from 'node:fs';
readFileSync(0);
appendFileSync(process.env.COO_INBOX + '/../../../../out/tries', '.');
if (readFileSync(process.env.HOME + '/key', 'utf8') === 'good-key-0123456789') writeFileSync('answer.txt', 'x');
else { console.log(JSON.stringify({ type: 'login', reason: '401' })); process.exit(1); }`;

it('a log-in that its provider does not take: the seat gets nothing at once, nothing is charged, and it goes on with another', async () => {
  await inWorld({ more: [{ ...AGENT, harness: 'command', command: ['node', 'agent.mjs'], login: ['~/key'] }], files: { 'agent.mjs': PICKY } }, async (world) => {
    const key = join(world.scratch, 'home/key');
    writeFileSync(key, 'bad-key-0123456789');
    world.plan({ plan_id: 'p', steps: [{ ...STEP, retry: { max: 0 } }] });
    await managedHere(world, { speed: 6 }, async (said) => {
      await world.until('it is said', () => said('seat.unfit').length === 1);
      expect(said('seat.unfit')).toMatchObject([{ message: expect.stringMatching(/^seat robot gets nothing: its provider does not take its log-in: 401\n {2}fix: log its program in/) as string }]);
      writeFileSync(key, 'good-key-0123456789');
      await world.until('it is fit', () => said('seat.fit').length === 1);
      await world.untilStep('p/write', 'done');
    });
    expect(await world.eventsOf('run.ended')).toMatchObject([{ result: 'parked', findings: [{ code: 'AGENT_LOGIN' }] }]);
    expect(world.lines('tries')).toEqual(['..']);
    expect((await world.fresh()).state.recent.filter(({ failed }) => failed)).toEqual([]);
  });
});

it('the next manager tries once more with a log-in that was refused: a variable is another one only there', async () => {
  await inWorld({ more: [{ ...AGENT, harness: 'command', command: ['node', 'agent.mjs'], login: ['~/key'] }], files: { 'agent.mjs': PICKY } }, async (world) => {
    writeFileSync(join(world.scratch, 'home/key'), 'bad-key-0123456789');
    world.plan({ plan_id: 'p', steps: [STEP] });
    expect([await world.manager('idle').ended, world.lines('tries')]).toEqual([4, ['.']]);
    expect([await world.manager('idle').ended, world.lines('tries')]).toEqual([4, ['..']]);
    expect(await world.steps('p')).toBe('write ready');
  });
});
