// Before an agent's seat gets an order: its program is there and says its version, and its log-in is there. What is not is said, and work waits. The quick suite's share is `fitness.test.ts`.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OwnSeat } from '../../src/app/operations/own-seat.ts';
import { work } from '../../src/app/operations/work.ts';
import type { World } from '../../src/app/world.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import type { LogLine } from '../../src/ports/log.ts';
import { managedHere } from '../support/manager-here.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { AGENT, install, seats, STEP } from '../support/unfit-agent.ts';

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

describe('a seat whose worker is a process of its own', () => {
  const own = async (world: RealWorld, test: (whole: World, said: readonly LogLine[]) => Promise<void>): Promise<void> => {
    const said: LogLine[] = [];
    const whole = await wireWorld(world.folder, world.env, { say: (line) => void said.push(line) }, [process.execPath]);
    try {
      await test(whole, said);
    } finally {
      await whole.work.close();
      await whole.git.close();
    }
  };
  const worked = async (whole: World, signal: AbortSignal, once: boolean): Promise<number> => work(whole, { seat: 'robot', version: 'test', once, signal, onResult: () => undefined });

  it('takes nothing without its program, and says what to do', async () => {
    await inWorld({ more: [{ ...AGENT, starts: 'worker', command: ['/nowhere/agent'] }] }, async (world) => {
      world.plan({ plan_id: 'p', steps: [STEP] });
      expect(await world.run()).toBe(4);
      await own(world, async (whole) => expect(worked(whole, new AbortController().signal, true)).rejects.toMatchObject({ code: 'AGENT_ABSENT', exit: 4, message: expect.stringContaining('seat robot gets nothing: /nowhere/agent cannot be started') as string, fix: expect.stringContaining('npm install') as string }));
      expect(await world.eventsOf('step.claimed')).toEqual([]);
    });
  });

  it('says at once that its provider does not take its log-in, and tries again with another one only', async () => {
    await inWorld({ more: [{ ...AGENT, starts: 'worker', harness: 'command', command: ['node', 'agent.mjs'], login: ['~/key'] }], files: { 'agent.mjs': PICKY } }, async (world) => {
      const key = join(world.scratch, 'home/key');
      writeFileSync(key, 'bad-key-0123456789');
      world.plan({ plan_id: 'p', steps: [{ ...STEP, retry: { max: 0 } }] });
      await managedHere(world, {}, async () => {
        await world.untilStep('p/write', 'ready');
        await own(world, async (whole, said) => {
          const leave = new AbortController();
          const ended = worked(whole, leave.signal, false);
          await world.until('it is parked', ({ state }) => state.parked.size > 0);
          // Several looks for work.
          await setTimeout(3_000);
          leave.abort();
          expect(await ended).toBe(1);
          expect(said.filter(({ code }) => code === 'seat.unfit')).toMatchObject([{ level: 'error', message: expect.stringMatching(/^seat robot gets nothing: its provider does not take its log-in: 401\n {2}fix: log its program in/) as string }]);
          const { state } = await world.fresh();
          const seat = state.seats.get('robot')?.seat;
          const look = new OwnSeat(whole);
          if (seat === undefined) throw new Error('no seat');
          expect(await look.lack(seat)).toBeUndefined();
          look.refused({ code: 'LOGIN_REFUSED', message: '401', fix: 'log in' });
          expect(await look.lack(seat)).toMatchObject({ code: 'LOGIN_REFUSED' });
          writeFileSync(key, 'good-key-0123456789');
          expect(await look.lack(seat)).toBeUndefined();
        });
      });
      expect(world.lines('tries')).toEqual(['.']);
    });
  });
});
