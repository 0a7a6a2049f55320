// What waits for people, in one list with what to type.
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

it('is empty where nothing waits', async () => {
  expect((await place.coo(repo, 'inbox')).stdout).toBe('nothing waits for you\n');
});

it('holds all that waits, the urgent first, then the old; and each line can be typed', async () => {
  plan('old', '', '{step_id: fails, objective: f, commands: ["false"], retry: {max: 0}, seat: dev-1}', `{step_id: stuck, seat: dev-1, objective: s, commands: ["coo block --reason 'no key'"]}`, '{step_id: review, objective: r, prompt: r, role: reviewer}');
  await place.coo(repo, 'run', '--until-idle');
  plan('new', 'priority: high\n', `{step_id: asks, objective: a, commands: ["[ $COO_FENCE = 2 ] || coo ask --to you --text 'which one?'"]}`);
  plan('merge', 'integrate: pull_request\n', '{step_id: made, objective: m, commands: ["echo m > m.txt"]}');
  await place.coo(repo, 'run', '--until-idle');
  expect(await waiting()).toEqual(['new/asks QUESTION', 'old/review UNCLAIMED', 'old/fails FAILED', 'old/stuck BLOCKED', 'merge/ awaiting_merge']);
  expect(await waiting('--seat', 'ada')).toEqual(['old/review UNCLAIMED', 'old/fails FAILED', 'old/stuck BLOCKED', 'merge/ awaiting_merge']);
  expect(await waiting('--seat', 'you')).toEqual(['new/asks QUESTION', 'old/fails FAILED', 'old/stuck BLOCKED', 'merge/ awaiting_merge']);
  expect((await place.coo(repo, 'inbox', '--seat', 'bob')).stdout).toContain('  next:  coo claim old/review --seat bob\n');
  expect(await waiting('--role', 'reviewer')).toEqual(await waiting('--seat', 'ada'));
  expect((await place.coo(repo, 'inbox', '--seat', 'adda')).code).toBe(1);
  expect((await place.coo(repo, 'inbox', '--seat', 'ada', '--role', 'reviewer')).code).toBe(2);
  const shown = (await place.coo(repo, 'inbox', '--limit', '1')).stdout;
  expect(shown).toMatch(/^new\/asks {2}high {2}dev-\d asks you: which one\? \[QUESTION\] for .+\n {2}next: {2}coo answer new\/asks --text '\.\.\.'\nand 4 more: coo inbox --limit 5\n$/);
  expect((await place.coo(repo, 'answer', 'new/asks', '--text', 'the red one')).code).toBe(0);
  expect((await waiting())[0]).toBe('old/review UNCLAIMED');
});

it('holds a file that was refused, until it is mended', async () => {
  plan('p', '', '{step_id: a, objective: a, promt: a}');
  await place.coo(repo, 'run', '--until-idle');
  expect(await waiting()).toEqual(['null/ UNKNOWN_FIELD']);
  expect((await place.coo(repo, 'inbox', '--seat', 'you')).stdout).toMatch(/^_plans\/p\.plan\.yaml was refused: .+\n {2}next: {2}.*prompt/);
  plan('p', '', '{step_id: a, objective: a, prompt: a, seat: ada}');
  await place.coo(repo, 'run', '--until-idle');
  expect(await waiting()).toEqual(['p/a UNCLAIMED']);
});

it('fails with what puts the ledger back where its branch was rewound, as status does', async () => {
  expect((await place.coo(repo, 'pause', '--reason', 'r')).code).toBe(0);
  place.git(repo, 'update-ref', 'refs/heads/coo/ledger', 'refs/heads/coo/ledger~1');
  for (const command of ['inbox', 'status']) {
    const { code, stderr } = await place.coo(repo, command);
    expect([command, code]).toEqual([command, 7]);
    expect(stderr).toContain('LEDGER_REWOUND');
    expect(stderr).toContain('git update-ref refs/heads/coo/ledger');
  }
});
