import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { lockQueue } from '../../src/adapters/queue/lock-queue.ts';
import type { Queue } from '../../src/ports/lock.ts';
import { queueContract } from '../contracts/queue.contract.ts';
import { fakeRandom } from '../support/fake-random.ts';
import { fixture } from '../support/programs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-queue-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const clock = systemClock();
const random = fakeRandom();
const fresh = (): string => join(mkdtempSync(join(scratch, 'q-')), 'publish');
const queueOf = (path: string): Queue => lockQueue({ path, clock, random });
const holder = fixture('queue-holder');

queueContract('lock folder', () => {
  const path = fresh();
  return () => queueOf(path);
});

it('keeps its lock fresh for as long as it holds it', async () => {
  const path = fresh();
  const release = await queueOf(path).turn(0);
  const { mtimeMs } = lstatSync(`${path}.lock`);
  while (lstatSync(`${path}.lock`).mtimeMs === mtimeMs) await clock.sleep(20);
  expect(await queueOf(path).turn(0)).toBeUndefined();
  await release?.();
  expect(existsSync(`${path}.lock`)).toBe(false);
});

it.each([
  ['long ago', -60],
  ['in the future, before the clock was set back', 86_400],
])('takes over a lock left behind, dated %s', async (_when, seconds) => {
  const path = fresh();
  mkdirSync(`${path}.lock`);
  const at = Date.now() / 1000 + seconds;
  utimesSync(`${path}.lock`, at, at);
  const release = await queueOf(path).turn(30_000);
  expect(release).toBeTypeOf('function');
  await release?.();
  expect(await queueOf(path).busy()).toBe(false);
});

it('a lock that was left behind is not busy', async () => {
  const path = fresh();
  mkdirSync(`${path}.lock`);
  expect(await queueOf(path).busy()).toBe(true);
  utimesSync(`${path}.lock`, 1, 1);
  expect(await queueOf(path).busy()).toBe(false);
});

it('waits for another process, and outlives its kill', async () => {
  const path = fresh();
  const child = spawn(process.execPath, [holder, 'hold', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect([await queueOf(path).busy(), await queueOf(path).turn(5)]).toEqual([true, undefined]);
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
  const release = await queueOf(path).turn(30_000);
  expect(release).toBeTypeOf('function');
  await release?.();
});

it('says when the folder above is missing', async () => {
  await expect(queueOf(join(scratch, 'no/such')).turn(0)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('loads proper-lockfile only when contended, and leaves the signals to us', () => {
  const { stdout, stderr } = spawnSync(process.execPath, [holder, 'signals', fresh()], { encoding: 'utf8' });
  expect([JSON.parse(stdout || '{}'), stderr]).toEqual([
    { loadedWhenFree: false, loadedWhenContended: true, listeners: { SIGINT: 0, SIGTERM: 1, SIGHUP: 0 }, survivedTerm: true },
    '',
  ]);
});
