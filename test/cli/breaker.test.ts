// The breaker from the command line: its scopes, what runs ended with it, and incidents that other commands find.
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

async function json(...args: readonly string[]): Promise<unknown> {
  return JSON.parse((await place.coo(repo, ...args, '--json')).stdout) as unknown;
}

async function code(...args: readonly string[]): Promise<string> {
  return ((await json(...args)) as { readonly code: string }).code;
}

it('stops a seat or a harness, says who and why, and is closed under the same name', async () => {
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, commands: ["true"]}\n');
  await place.coo(repo, 'plan', 'start', 'p');
  expect(await code('breaker', 'open', '--seat', 'nobody', '--reason', 'r')).toBe('SEAT_UNKNOWN');
  expect(await code('breaker', 'open', '--seat', 'dev', '--plan', 'p', '--reason', 'r')).toBe('USAGE');
  expect((await place.coo(repo, 'breaker', 'open', '--harness', 'shell', '--reason', 'the host is sick')).code).toBe(0);
  const views = [{ scope: 'harness:shell', state: 'open', reason: 'the host is sick', by: expect.any(String) as string, until: null, trips: 1 }];
  expect(await json('breaker')).toEqual({ schema: 'coo/breaker.v1', breakers: views });
  expect(await json('status')).toMatchObject({ breaker: { state: 'open', scope: 'harness:shell' }, breakers: views });
  expect((await place.coo(repo, 'breaker')).stdout).toMatch(/^harness shell: STOPPED \(breaker open\), only a person closes it\n {2}why: {3}the host is sick \(\w+\)\n {2}next: {2}coo breaker close --harness shell --reason '\.\.\.'\n$/);
  expect((await place.coo(repo, 'status')).stdout).toContain('STOPPED (breaker open) for harness shell: the host is sick');
  expect((await place.coo(repo, 'explain', 'p/s')).stdout).toContain('harness shell: STOPPED (breaker open): the host is sick');
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(8);
  expect((await place.coo(repo, 'breaker', 'close', '--harness', 'shell', '--reason', 'it is well')).code).toBe(0);
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
});
