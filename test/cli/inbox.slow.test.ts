// What waits for people, in one list with what to type. The quick suite's share is `inbox.test.ts`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
  place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace(/^seats:$/m, 'seats:\n  - {seat: ada, roles: [reviewer], harness: person, email: ada@example.com}\n  - {seat: bob, roles: [reviewer], harness: person, email: bob@example.com}'));
});
afterEach(() => place.remove());

function plan(id: string, more: string, ...steps: readonly string[]): string {
  return place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\n${more}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
}

async function waiting(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await place.coo(repo, 'inbox', '--json', ...args);
  return (JSON.parse(stdout) as { readonly waiting: readonly { readonly plan_id: string; readonly step_id: string | null; readonly code: string }[] }).waiting.map(({ plan_id, step_id, code }) => `${plan_id}/${step_id ?? ''} ${code}`);
}

it('holds a revision that waits for a step in somebody\'s hands', async () => {
  plan('p', '', '{step_id: a, objective: a, prompt: a}');
  await place.coo(repo, 'plan', 'start', 'p');
  await place.coo(repo, 'claim', 'p/a', '--seat', 'you');
  plan('p', '', '{step_id: a, objective: something else, prompt: a}');
  await place.coo(repo, 'run', '--until-idle');
  expect(await waiting()).toEqual(['p/ REVISION_WAITS']);
});

it('and explain say that there is no room on the disk, where that alone keeps work from starting', async () => {
  place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace('limits: {', `limits: {free_disk_bytes: ${String(2 ** 46)}, `));
  await place.coo(repo, 'run', '--until-idle');
  expect(await waiting()).toEqual([]);
  plan('p', '', '{step_id: a, objective: a, commands: ["true"]}');
  await place.coo(repo, 'plan', 'start', 'p');
  expect(await waiting()).toEqual(['null/ DISK_SHORT']);
  expect((await place.coo(repo, 'inbox')).stdout).toMatch(/^.+ are free for the repository .+: no attempt starts \[DISK_SHORT\] for .+\n {2}next: {2}make room: coo gc; df -h /);
  for (const subject of ['p', 'p/a']) expect((JSON.parse((await place.coo(repo, 'explain', subject, '--json')).stdout) as { readonly blockers: readonly { readonly code: string; readonly next: string }[] }).blockers.map(({ code, next }) => `${code} ${next.slice(0, 'make room: coo gc'.length)}`)).toContain('BREAKER_OPEN make room: coo gc');
});

it('holds what stops more than one plan until a person ends it, before all else', async () => {
  plan('p', '', '{step_id: a, objective: a, prompt: a, seat: ada}');
  await place.coo(repo, 'run', '--until-idle');
  for (const args of [['pause', '--plan', 'p'], ['pause', '--seat', 'ada'], ['breaker', 'open', '--harness', 'person'], ['freeze']]) expect((await place.coo(repo, ...args, '--reason', 'r')).code, args.join(' ')).toBe(0);
  expect(await waiting()).toEqual(['null/ FROZEN', 'null/ PAUSED', 'null/ BREAKER_OPEN']);
  expect((await place.coo(repo, 'inbox')).stdout).toMatch(/^frozen by .+: r \[FROZEN\] for .+\n {2}next: {2}coo thaw .+\nseat ada: paused by .+: r \[PAUSED\] for .+\n {2}next: {2}coo resume --seat ada .+\n.*harness person: STOPPED .+\n {2}next: {2}coo breaker close --harness person /);
  expect((await place.coo(repo, 'thaw', '--reason', 'r')).code).toBe(0);
  expect((await waiting()).toSorted()).toEqual(['null/ BREAKER_OPEN', 'null/ PAUSED', 'p/ PAUSED']);
});

it('and status say that this clone stopped writing', async () => {
  place.write(join(repo, '.git/coo/halted.json'), '{"why": "EIO"}\n');
  expect(await waiting()).toEqual(['null/ HALTED']);
  const { stdout } = await place.coo(repo, 'status');
  expect(stdout).toMatch(/^HALTED here: this clone stopped writing: .*EIO.* \[HALTED\]\n {2}next: {2}mend the cause, then: coo doctor --repair\n/);
  expect((JSON.parse((await place.coo(repo, 'status', '--json')).stdout) as { readonly barred: { readonly code: string } }).barred.code).toBe('HALTED');
  expect((await place.coo(repo, 'pause', '--reason', 'r')).code).toBe(7);
});
