// Why `coo run --until-idle` ended: a code and a line for each reason, about this run and no other.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'one\n' });
});
afterEach(() => place.remove());

function plan(id: string, step: string): void {
  place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n  - {step_id: s, objective: s, ${step}}\n`);
}

async function end(): Promise<string> {
  const { code, stdout } = await place.coo(repo, 'run', '--until-idle');
  return `${String(code)} ${stdout.trimEnd().split('\n').at(-1) ?? ''}`;
}

it('a plan that failed in this run is exit 1; in the next one it is only named', async () => {
  plan('bad', 'commands: ["false"], retry: {max: 0}');
  expect(await end()).toBe('1 ended: plan bad is failed: coo explain bad');
  expect(await end()).toBe('0 ended: nothing to do; bad failed before: coo explain bad');
  plan('good', 'commands: ["true"]');
  expect(await end()).toBe('0 ended: nothing to do; bad failed before: coo explain bad');
  await place.coo(repo, 'retry', 'bad/s', '--reason', 'once more');
  expect(await end()).toBe('1 ended: plan bad is failed: coo explain bad');
});

it('a plan that is blocked is exit 1, one that is paused exit 4, one that waits for people exit 4, a breaker exit 8', async () => {
  plan('stuck', `commands: ["coo block --reason 'no key'"]`);
  expect(await end()).toBe('1 ended: plan stuck is blocked: coo explain stuck');
  plan('held', 'prompt: think');
  await place.coo(repo, 'plan', 'start', 'held');
  await place.coo(repo, 'pause', '--plan', 'held', '--reason', 'the brief changes');
  expect(await end()).toMatch(/^4 ended: plan held is paused by \w+: the brief changes: coo resume --plan held --reason '\.\.\.'; stuck is blocked since before: coo explain stuck$/);
  await place.coo(repo, 'resume', '--plan', 'held', '--reason', 'r');
  expect(await end()).toMatch(/^4 ended: people are waited for in held: coo status/);
  await place.coo(repo, 'pause', '--reason', 'release day');
  expect(await end()).toMatch(/^4 ended: all work is paused by \w+: release day: coo resume --reason '\.\.\.'/);
  await place.coo(repo, 'resume', '--reason', 'r');
  await place.coo(repo, 'breaker', 'open', '--reason', 'smoke');
  expect(await end()).toMatch(/^8 ended: STOPPED \(breaker open\): coo breaker/);
});

it('a plan whose way into the target is not free: named, tried again by hand, which says so in a pipe too', async () => {
  place.write(join(repo, 'out.txt'), 'mine\n');
  plan('in-the-way', 'commands: ["echo theirs > out.txt"]');
  expect(await end()).toBe('1 ended: plan in-the-way is blocked: coo explain in-the-way');
  expect(await place.coo(repo, 'retry', 'in-the-way', '--reason', 'the way is free')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^in-the-way {2}its integration is tried again, by \w+: the way is free\n$/) });
});
