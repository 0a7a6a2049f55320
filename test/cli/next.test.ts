// One call from "what is there to do" to an order in hand; and a step that changes hands.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

const COO = fileURLToPath(new URL('../../dist/bin/coo.js', import.meta.url));
const LOOK_MS = 50;
/** Between two commands that ask the same: each is a process. */
const ASK_MS = 500;

let place: Scratch;
let repo: string;
let managers: ChildProcess[];

beforeEach(async () => {
  managers = [];
  place = scratch();
  repo = await place.project();
});
afterEach(async () => {
  for (const manager of managers) if (manager.exitCode === null && manager.signalCode === null) await ended(manager, 'SIGINT');
  place.remove();
});

function manager(): ChildProcess {
  const child = spawn(process.execPath, [COO, 'run'], { cwd: repo, env: place.env, stdio: 'ignore' });
  managers.push(child);
  return child;
}

async function ended(child: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}

async function started(id: string, more: string, ...steps: readonly string[]): Promise<void> {
  place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\n${more}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  expect((await place.coo(repo, 'plan', 'start', id)).code).toBe(0);
}

interface Answer {
  readonly code?: string;
  readonly fix?: string;
  readonly plan_id?: string;
  readonly fence?: number;
  readonly token?: string;
  readonly order_id?: string;
  readonly work_order?: { readonly objective: string; readonly prompt: string; readonly fence: number };
}

async function ask(...args: readonly string[]): Promise<Answer & { readonly exit: number }> {
  const { code: exit, stdout } = await place.coo(repo, ...args, '--json');
  return { exit, ...(JSON.parse(stdout) as Answer) };
}

describe('next', () => {
  it('claims what is most urgent, and prints its order; a second call while it is held is refused', async () => {
    await started('later', '', '{step_id: a, objective: a, prompt: a}');
    await started('now', 'priority: urgent\n', '{step_id: a, objective: the urgent one, prompt: think hard, outputs: [out.txt], scope: ["*.txt"]}');
    const taken = await ask('next', '--seat', 'you', '--session', 'me');
    expect(taken).toMatchObject({ exit: 0, plan_id: 'now', fence: 1, work_order: { objective: 'the urgent one', prompt: 'think hard', fence: 1 } });
    expect(readFileSync(join(repo, `.git/coo/tokens/${taken.order_id ?? ''}`), 'utf8').trim()).toBe(taken.token);
    expect(await ask('next', '--seat', 'you', '--session', 'another')).toMatchObject({ exit: 5, code: 'SEAT_BUSY', fix: 'finish it, or: coo release now/a --fence 1' });
    expect(await ask('next', '--seat', 'you', '--session', 'me')).toEqual(taken);
    expect((await place.coo(repo, 'release', 'now/a', '--fence', '1', '--reason', 'r')).code).toBe(0);
    const shown = (await place.coo(repo, 'next', '--seat', 'you', '--session', 'me')).stdout;
    expect(shown).toMatch(/^now\/a is yours as you, under fence 2, for 8 h\n/);
    expect((await place.coo(repo, 'done', 'now/a', '--fence', '2')).code).toBe(0);
    expect(await ask('next', '--seat', 'you', '--session', 'me')).toMatchObject({ exit: 5, code: 'SEAT_BUSY', fix: 'it is reported, and free when it is judged: coo explain now/a' });
    expect(shown).toContain('  to do     the urgent one\n            think hard\n  makes     out.txt\n  within    *.txt\n');
  });

  it('passes over what may write where somebody is at work, and explain says who waits for whom', async () => {
    place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace(/^seats:$/m, 'seats:\n  - {seat: ada, roles: [developer], harness: person, email: ada@example.com}'));
    await started('p', '', '{step_id: a, objective: a, prompt: a, scope: [src/**]}', '{step_id: b, objective: b, prompt: b, scope: [src/b]}', '{step_id: c, objective: c, prompt: c, scope: [docs/**]}');
    expect(await ask('next', '--seat', 'you')).toMatchObject({ exit: 0, order_id: 'p.a.1' });
    expect(await ask('next', '--seat', 'ada')).toMatchObject({ exit: 0, order_id: 'p.c.1' });
    expect((await place.coo(repo, 'explain', 'p/b')).stdout).toContain('may write where p/a is at work (you)');
    await place.coo(repo, 'release', 'p/c', '--fence', '1');
    await place.coo(repo, 'skip', 'p/c', '--reason', 'r');
    expect(await ask('next', '--seat', 'ada')).toMatchObject({ exit: 75, code: 'NOTHING_TO_DO' });
  });

  it('gives each of many that ask at once a step of their own, also from a cache', async () => {
    const seats = Array.from({ length: 5 }, (_, at) => `ada-${String(at)}`);
    place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace(/^seats:\n/m, `seats:\n${seats.map((seat) => `  - {seat: ${seat}, roles: [developer], harness: person, email: ada@example.com}\n`).join('')}`));
    await started('p', '', ...['a', 'b', 'c', 'd'].map((id) => `{step_id: ${id}, objective: o, prompt: p, scope: [${id}]}`));
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
    const answers = await Promise.all(seats.map(async (seat) => ask('next', '--seat', seat)));
    expect(answers.map(({ order_id, code }) => order_id ?? code).toSorted((a = '', b = '') => (a < b ? -1 : 1))).toEqual(['NOTHING_TO_DO', 'p.a.1', 'p.b.1', 'p.c.1', 'p.d.1']);
  });

  it('says 75 where there is nothing, 3 while all is paused, 1 for a seat that is not there', async () => {
    expect(await ask('next', '--seat', 'you')).toMatchObject({ exit: 75, code: 'NOTHING_TO_DO' });
    await started('p', '', '{step_id: a, objective: a, commands: ["true"], seat: dev-1}');
    expect(await ask('next', '--seat', 'you')).toMatchObject({ exit: 75, code: 'NOTHING_TO_DO' });
    expect(await ask('next', '--seat', 'yuo')).toMatchObject({ exit: 1, code: 'SEAT_UNKNOWN' });
    await place.coo(repo, 'pause', '--reason', 'r');
    expect(await ask('next', '--seat', 'you')).toMatchObject({ exit: 3, code: 'PAUSED' });
  });
});

describe('take', () => {
  it('of a step held by hand is at once, and the old fence is over', async () => {
    place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace(/^seats:$/m, 'seats:\n  - {seat: ada, roles: [developer], harness: person, email: ada@example.com}'));
    await started('p', '', '{step_id: a, objective: a, prompt: a}');
    await place.coo(repo, 'claim', 'p/a', '--seat', 'ada');
    expect(await ask('take', 'p/a', '--seat', 'you', '--reason', 'she is away')).toMatchObject({ exit: 0, fence: 2 });
    expect(await ask('progress', 'p/a', '--fence', '1', '--text', 'half')).toMatchObject({ exit: 5, code: 'FENCE_OLD' });
    expect(await ask('take', 'p/a', '--seat', 'you', '--reason', 'r')).toMatchObject({ exit: 0, code: 'UNCHANGED' });
    await place.coo(repo, 'release', 'p/a', '--fence', '2');
    expect(await ask('take', 'p/a', '--seat', 'you', '--reason', 'r')).toMatchObject({ exit: 5, code: 'CLAIM_NONE', fix: 'coo claim p/a --seat you' });
  });

  it('of a step at work waits until its worker is dead; without a manager it says 75, and the step stays kept', async () => {
    const begun = join(place.top, 'begun');
    await started('p', '', `{step_id: a, objective: a, commands: ["echo $$ >>${begun}; sleep 600"]}`);
    const first = manager();
    while (!existsSync(begun)) await sleep(LOOK_MS);
    await ended(first, 'SIGKILL');
    expect(await ask('take', 'p/a', '--seat', 'you', '--reason', 'it hangs')).toMatchObject({ exit: 75, code: 'NO_MANAGER', fix: 'coo run, and then: coo claim p/a --seat you' });
    manager();
    for (;;) {
      const { exit, code, fence } = await ask('claim', 'p/a', '--seat', 'you');
      if (exit === 0) expect(fence).toBe(2);
      else expect(code).toBe('STEP_NOT_READY');
      if (exit === 0) break;
      await sleep(ASK_MS);
    }
    await place.coo(repo, 'reassign', 'p/a', '--to-plan', '--reason', 'r');
    await place.coo(repo, 'release', 'p/a', '--fence', '2');
    await place.coo(repo, 'reassign', 'p/a', '--to-plan', '--reason', 'r');
    while (readFileSync(begun, 'utf8').trim().split('\n').length < 2) await sleep(LOOK_MS);
    const taken = await place.coo(repo, 'take', 'p/a', '--seat', 'you', '--reason', 'it hangs again', '--json');
    expect(taken).toMatchObject({ code: 0, stderr: 'p/a is kept for you; its worker is being stopped\n' });
    expect(JSON.parse(taken.stdout)).toMatchObject({ schema: 'coo/claimed.v1', fence: 4 });
  });
});
