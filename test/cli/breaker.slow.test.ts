// The breaker from the command line: its scopes, what runs ended with it, and incidents that other commands find. The quick suite's share is `breaker.test.ts`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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

it('--stop ends what runs, and no retry is charged for it', async () => {
  const mark = join(repo, '..', 'at-work');
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, commands: [": > '${mark}'; exec sleep 600"]}\n`);
  const running = place.coo(repo, 'run', '--until-idle');
  while (!existsSync(mark)) await setTimeout(20);
  expect((await place.coo(repo, 'breaker', 'open', '--stop', '--drain', '--reason', 'it burns')).code).toBe(2);
  expect((await place.coo(repo, 'breaker', 'open', '--stop', '--reason', 'it burns')).code).toBe(0);
  expect((await running).code).toBe(8);
  expect(await json('status')).toMatchObject({ plans: [{ steps: [{ state: 'ready', attempt: 1 }] }] });
  expect((await place.coo(repo, 'log', 'p/s')).stdout).toContain('it burns');
});

it('a fault of the record itself opens it unasked, where the ledger can be appended to, and not with --no-stop', async () => {
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, prompt: s}\n');
  await place.coo(repo, 'run', '--until-idle');
  const opened = async (): Promise<unknown> => json('breaker');
  const close = async (): Promise<void> => expect((await place.coo(repo, 'breaker', 'close', '--reason', 'seen')).code).toBe(0);
  const head = place.git(repo, 'rev-parse', 'HEAD');
  const receipt = join(repo, '_report/agent/dev-1/runs/2026-11-21/forged.json');
  place.write(receipt, '{}\n');
  place.git(repo, 'add', '-f', receipt);
  place.git(repo, 'commit', '--no-verify', '-qm', 'a receipt that no run made');
  const ci = ['guard', 'ci', '--base', head, '--head', 'HEAD'];
  expect((await place.coo(repo, ...ci, '--no-stop')).code).toBe(3);
  expect(await opened()).toMatchObject({ breakers: [] });
  expect((await place.coo(repo, ...ci)).stderr).toContain('STOPPED (breaker open)');
  expect(await opened()).toMatchObject({ breakers: [{ scope: 'all', state: 'open', cause: 'guard', until: null, by: 'coo' }] });
  await close();
  expect((await place.coo(repo, 'snapshot', 'one', '--reason', 'r')).code).toBe(0);
  place.git(repo, 'update-ref', 'refs/tags/coo/snapshot/one', 'HEAD');
  // A tag that somebody moved says nothing against the ledger; another who has seen another one does.
  expect((await place.coo(repo, 'verify')).code).toBe(7);
  expect(await opened()).toMatchObject({ breakers: [] });
  const { stdout } = await place.coo(repo, 'ledger', 'head', '--json');
  const slip = stdout.replace(/"sha256":"[0-9a-f]{8}/, '"sha256":"00000000');
  // Nor does a head that does not fit the commit that it names itself.
  expect((await place.coo(repo, 'verify', '--against', place.write(join(place.top, 'slip.json'), slip))).code).toBe(2);
  expect(await opened()).toMatchObject({ breakers: [] });
  const seen = place.write(join(place.top, 'seen.json'), slip.replace(/"head":"[0-9a-f]{8}/, '"head":"00000000'));
  expect((await place.coo(repo, 'verify', '--against', seen, '--no-stop')).code).toBe(7);
  expect(await opened()).toMatchObject({ breakers: [] });
  expect((await place.coo(repo, 'verify', '--against', seen)).code).toBe(7);
  expect(await opened()).toMatchObject({ breakers: [{ scope: 'all', state: 'open', cause: 'ledger', until: null, by: 'coo' }] });
  expect(await code('claim', 'p/s', '--seat', 'you')).toBe('BREAKER_OPEN');
  await close();
  const clone = join(place.top, 'clone');
  place.git(place.top, 'clone', '-q', repo, clone);
  const there = await place.coo(clone, ...ci.map((word) => (word === 'HEAD' ? 'origin/main' : word)));
  expect([there.code, there.stderr]).toEqual([3, '']);
});

it('coo verify --stop and coo guard --stop open it for what they find, until a person closes it', async () => {
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, prompt: s}\n');
  await place.coo(repo, 'run', '--until-idle');
  const entry = join(repo, '_report/ledger/000/000/001.json');
  place.write(entry, readFileSync(entry, 'utf8').replace('"seq":1', '"seq":9'));
  expect((await place.coo(repo, 'verify')).code).toBe(7);
  expect(await json('breaker')).toMatchObject({ breakers: [] });
  const found = await place.coo(repo, 'verify', '--stop');
  expect([found.code, found.stderr]).toEqual([7, expect.stringContaining('STOPPED (breaker open): nothing starts until a person closes it') as string]);
  expect(await json('breaker')).toMatchObject({ breakers: [{ scope: 'all', state: 'open', cause: 'ledger', until: null, by: 'coo' }] });
  expect((await place.coo(repo, 'breaker', 'close', '--reason', 'a copy was edited')).code).toBe(0);
  expect((await place.coo(repo, 'verify', '--restore', '--stop')).code).toBe(0);
  const head = place.git(repo, 'rev-parse', 'HEAD').trim();
  const kind = ['RSA', 'PRIVATE', 'KEY'].join(' ');
  place.write(join(repo, 'key.txt'), `-----BEGIN ${kind}-----\n${'MIIEpAIBAAKCAQEA'.repeat(8)}\n-----END ${kind}-----\n`);
  place.git(repo, 'add', 'key.txt');
  place.git(repo, 'commit', '--no-verify', '-qm', 'a key');
  expect((await place.coo(repo, 'guard', 'ci', '--base', head, '--head', 'HEAD')).code).toBe(3);
  expect(await json('breaker')).toMatchObject({ breakers: [] });
  expect((await place.coo(repo, 'guard', 'ci', '--base', head, '--head', 'HEAD', '--stop')).code).toBe(3);
  expect(await json('breaker')).toMatchObject({ breakers: [{ scope: 'all', cause: 'guard', until: null }] });
  expect(await code('claim', 'p/s', '--seat', 'you')).toBe('BREAKER_OPEN');
});
