// A frozen ledger, as whoever works by hand meets it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { join } from 'node:path';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeAll(async () => {
  place = scratch();
  repo = await place.project();
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: a, objective: a, prompt: think}\n  - {step_id: b, objective: b, prompt: think}\n');
  await place.coo(repo, 'plan', 'start', 'p');
  await place.coo(repo, 'claim', 'p/a', '--seat', 'you');
}, 60_000);
afterAll(() => place.remove());

async function said(...args: readonly string[]): Promise<readonly [exit: number, code: string | undefined, fix: string | undefined]> {
  const { code: exit, stdout } = await place.coo(repo, ...args, '--json');
  const { code, fix } = JSON.parse(stdout) as { readonly code?: string; readonly fix?: string };
  return [exit, code, fix];
}

it('refuses every grant with 3 and says how it ends, takes what is said, shows it first, and runs to 4', async () => {
  const thaw = "coo thaw --reason '...'";
  expect((await place.coo(repo, 'freeze', '--reason', 'look first')).stdout).toMatch(/^FROZEN by \S+: look first; no start, no judgement, no merge until: coo thaw\n$/);
  expect(await said('claim', 'p/b', '--seat', 'you')).toEqual([5, 'SEAT_BUSY', expect.any(String)]);
  expect(await said('progress', 'p/a', '--fence', '1', '--text', 'half way')).toEqual([0, undefined, undefined]);
  expect(await said('release', 'p/a', '--fence', '1')).toEqual([0, undefined, undefined]);
  expect(await said('claim', 'p/b', '--seat', 'you')).toEqual([3, 'FROZEN', thaw]);
  expect(await said('next', '--seat', 'you')).toEqual([3, 'FROZEN', thaw]);
  const status = await place.coo(repo, 'status');
  expect(status.stdout.split('\n').slice(0, 2)).toEqual([expect.stringMatching(/^FROZEN at entry \d+ by \S+: look first$/), `  next:  ${thaw}`]);
  expect((await place.coo(repo, 'explain', 'p/b')).stdout).toContain(thaw);
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
  expect((await place.coo(repo, 'thaw', '--reason', 'seen')).code).toBe(0);
  expect((await place.coo(repo, 'claim', 'p/b', '--seat', 'you')).code).toBe(0);
  expect((await place.coo(repo, 'verify')).code).toBe(0);
});
