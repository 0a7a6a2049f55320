// Governed mode from end to end: signed entries, an approved plan, a confined attempt, and a record that verifies as a whole.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Run } from '../../src/format/run.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;
const plans = (name: string): string => join(repo, '_plans', name);

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
  await place.coo(repo, 'key', 'new');
  const text = readFileSync(plans('coo.yaml'), 'utf8');
  writeFileSync(plans('coo.yaml'), text.replace('mode: dev', 'mode: governed'));
});
afterEach(() => place.remove());

it('a plan is approved, done in a sandbox, merged; every entry from the first list of signers on is signed', async () => {
  const key = (JSON.parse((await place.coo(repo, 'key', 'show', '--json')).stdout) as { keys: { path: string }[] }).keys[0]?.path ?? '';
  writeFileSync(plans('hello.plan.yaml'), `plan_id: hello\ntitle: Say hello\nsteps:\n  - {step_id: greet, objective: write it, commands: ["cat ${key} > stolen 2>/dev/null; echo hello > greeting.txt"], outputs: [greeting.txt], checks: {after: ["test -s greeting.txt && test ! -s stolen"]}}\n`);
  const waits = await place.coo(repo, 'run', '--until-idle');
  expect(waits.code).toBe(4);
  expect((await place.coo(repo, 'approve', 'hello')).code).toBe(0);
  const run = await place.coo(repo, 'run', '--until-idle');
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(existsSync(join(repo, 'greeting.txt'))).toBe(true);
  expect(place.git(repo, 'show', 'main:stolen')).toBe('');
  const path = place.git(repo, 'ls-tree', '-r', '--name-only', 'coo/ledger', '_report/agent').split('\n').find((one) => one.includes('/runs/')) ?? '';
  const { who } = JSON.parse(place.git(repo, 'show', `coo/ledger:${path}`)) as Run;
  expect(who).toMatchObject({ mode: 'governed', sandbox: 'bubblewrap' });
  const verify = await place.coo(repo, 'verify', '--json');
  expect(verify.code).toBe(0);
  expect(verify.stdout).toContain('"mode":"governed"');
});

it('a message needs the token of its claim', async () => {
  writeFileSync(plans('hand.plan.yaml'), 'plan_id: hand\ntitle: By hand\nsteps:\n  - {step_id: think, objective: think}\n');
  await place.coo(repo, 'plan', 'start', 'hand');
  await place.coo(repo, 'approve', 'hand');
  expect((await place.coo(repo, 'claim', 'hand/think', '--seat', 'you')).code).toBe(0);
  // The command line finds the token that it was given; a file of somebody else's has none.
  writeFileSync(join(repo, '_bus/in/forged.json'), '{"type":"claim.release","plan_id":"hand","step_id":"think","fence":1}\n');
  await place.coo(repo, 'run', '--once');
  const [refused = ''] = readdirSync(join(repo, '_bus/rejected'));
  expect(refused).toMatch(/^forged\./);
  expect(readFileSync(join(repo, '_bus/rejected', refused), 'utf8')).toContain('HOLDER_OTHER');
  expect((await place.coo(repo, 'release', 'hand/think', '--fence', '1')).code).toBe(0);
});

it.each([
  ['nothing', '', ['ACCOUNTING_MISSING'], 1],
  ['a cost of nothing alone', '{"type":"usage","usd":0}', ['ACCOUNTING_MISSING'], 1],
  ['a cost', '{"type":"usage","usd":0.01}', [], 0],
  ['tokens', '{"type":"usage","input":10,"output":1}', [], 0],
])('an agent that tells %s of what it used', async (_, said, findings, exit) => {
  const seat = `  - {seat: robot, roles: [writer], harness: command, command: [sh, -c, 'echo x > out.txt; echo "$0"', ${JSON.stringify(said)}]}\n`;
  const text = readFileSync(plans('coo.yaml'), 'utf8');
  writeFileSync(plans('coo.yaml'), text.replace(/^seats:.*\n/m, (line) => line + seat));
  writeFileSync(plans('p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, prompt: write, role: writer, outputs: [out.txt], retry: {max: 0}}\n');
  await place.coo(repo, 'run', '--once');
  await place.coo(repo, 'approve', 'p');
  const run = await place.coo(repo, 'run', '--until-idle');
  expect([run.code, run.stderr]).toEqual([exit, '']);
  const path = place.git(repo, 'ls-tree', '-r', '--name-only', 'coo/ledger', '_report/agent').split('\n').find((one) => one.includes('/runs/')) ?? '';
  const receipt = JSON.parse(place.git(repo, 'show', `coo/ledger:${path}`)) as Run;
  expect(receipt.findings.map(({ code }) => code)).toEqual(findings);
});
