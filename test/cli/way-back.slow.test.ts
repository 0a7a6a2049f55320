// The way back from what went on: each act with its reason, each refusal with what may be done instead.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

async function started(...steps: readonly string[]): Promise<void> {
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: p\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  expect((await place.coo(repo, 'plan', 'start', 'p')).code).toBe(0);
}

interface Refusal {
  readonly code: string;
  readonly fix: string;
}

async function refusal(...args: readonly string[]): Promise<Refusal & { readonly exit: number }> {
  const { code: exit, stdout } = await place.coo(repo, ...args, '--json');
  const { code, fix } = JSON.parse(stdout) as Refusal;
  return { exit, code, fix };
}

async function line(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.coo(repo, ...args);
  expect(code, stderr).toBe(0);
  return stdout.trimEnd();
}

async function stateOf(step: string): Promise<string> {
  return (JSON.parse((await place.coo(repo, 'explain', step, '--json')).stdout) as { readonly state: string }).state;
}

describe('skip', () => {
  it('lets go on what waits for it, and says who did it and why', async () => {
    await started('{step_id: a, objective: a, prompt: a}', '{step_id: b, objective: b, prompt: b, depends_on: [a]}');
    expect(await line('skip', 'p/a', '--reason', 'somebody did it')).toMatch(/^p\/a {2}skipped by \S+: somebody did it$/);
    expect(await stateOf('p/b')).toBe('ready');
    const again = "to have it done after all: coo retry p/a --reason '...'";
    expect(await refusal('skip', 'p/a', '--reason', 'r')).toEqual({ exit: 1, code: 'STEP_ENDED', fix: again });
    expect(await refusal('override', 'p/a', '--to', 'failed', '--reason', 'r')).toEqual({ exit: 1, code: 'STEP_ENDED', fix: again });
    expect(await refusal('undo', 'p/a', '--reason', 'r')).toEqual({ exit: 1, code: 'STEP_NOT_DONE', fix: again });
    expect(await line('retry', 'p/a', '--reason', 'they did not')).toMatch(/^p\/a {2}retried by \S+: they did not$/);
    expect([await stateOf('p/a'), await stateOf('p/b')]).toEqual(['ready', 'waiting']);
    expect((await place.coo(repo, 'verify')).code).toBe(0);
    expect(await line('log', 'p/a')).toContain('skipped by');
    expect((await place.coo(repo, 'skip', 'p/b')).code).toBe(2);
  });
});

describe('reassign and give', () => {
  it('keep a step for one seat, refuse the others, and leave it to its plan again', async () => {
    place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace(/^seats:$/m, 'seats:\n  - {seat: ada, roles: [developer], harness: person, email: ada@example.com}'));
    await place.coo(repo, 'run', '--until-idle');
    await started('{step_id: a, objective: a, prompt: a}');
    expect(await line('reassign', 'p/a', '--to', 'ada', '--reason', 'she knows')).toMatch(/^p\/a {2}kept for ada by \S+: she knows$/);
    expect(await refusal('claim', 'p/a', '--seat', 'you')).toEqual({ exit: 3, code: 'SEAT_UNFIT', fix: 'ada can' });
    expect(await refusal('reassign', 'p/a', '--to', 'adda', '--reason', 'r')).toEqual({ exit: 1, code: 'SEAT_UNKNOWN', fix: 'did you mean ada? all seats: coo status' });
    await line('reassign', 'p/a', '--to-plan', '--reason', 'she is away');
    await line('claim', 'p/a', '--seat', 'you');
    expect((await refusal('retry', 'p/a', '--reason', 'r')).fix).toBe("coo take p/a --seat <yours> --reason '...'");
    expect(await line('explain', 'p/a')).toContain("; a person takes it: coo take p/a --seat <yours> --reason '...'");
    expect(await refusal('reassign', 'p/a', '--to', 'ada', '--reason', 'r')).toEqual({ exit: 5, code: 'CLAIM_HELD', fix: "coo take p/a --seat ada --reason '...'" });
    expect((await refusal('give', 'p/a', '--to', 'ada', '--reason', 'r')).code).toBe('FENCE_UNSAID');
    expect(await line('give', 'p/a', '--fence', '1', '--to', 'ada', '--reason', 'she is back')).toBe('p/a: given back and kept for ada');
    expect((await refusal('claim', 'p/a', '--seat', 'you')).code).toBe('SEAT_UNFIT');
    await line('claim', 'p/a', '--seat', 'ada');
    expect((await refusal('done', 'p/a', '--fence', '1')).code).toBe('FENCE_OLD');
  });
});

describe('undo', () => {
  it('runs the rollback as a new step, and refuses where there is none or where all is in the target', async () => {
    await started('{step_id: a, objective: a, commands: ["echo a > a.txt"], rollback: ["rm a.txt"]}', '{step_id: b, objective: b, commands: ["echo b > b.txt"], depends_on: [a]}', '{step_id: c, objective: c, prompt: c}');
    expect((await refusal('undo', 'p/a', '--reason', 'r')).code).toBe('STEP_NOT_DONE');
    await place.coo(repo, 'run', '--until-idle');
    expect((await refusal('undo', 'p/b', '--reason', 'r')).code).toBe('ROLLBACK_NONE');
    expect(await refusal('override', 'p/a', '--to', 'failed', '--reason', 'r')).toEqual({ exit: 1, code: 'STEP_ENDED', fix: "coo undo p/a --reason '...'" });
    expect(await refusal('retry', 'p/a', '--reason', 'r')).toEqual({ exit: 1, code: 'STEP_OPEN', fix: "coo undo p/a --reason '...'" });
    expect((await refusal('retry', 'p/c', '--reason', 'r')).fix).toBe('coo explain p/c');
    expect(await line('undo', 'p/a', '--reason', 'wrong letter')).toMatch(/^p\/a {2}is taken back by p\/undo-a, for \S+: wrong letter\np\/b was built on it and stays: look whether it still holds, or take it back too: coo undo p\/b --reason '\.\.\.'$/);
    await line('skip', 'p/c', '--reason', 'not needed');
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
    expect(existsSync(join(repo, 'a.txt'))).toBe(false);
    expect(existsSync(join(repo, 'b.txt'))).toBe(true);
    expect(await refusal('undo', 'p/a', '--reason', 'r')).toEqual({ exit: 1, code: 'PLAN_ENDED', fix: 'put the commands that take p/a back into a new plan: coo plan new undo-p' });
    expect(await refusal('cancel', 'p', '--reason', 'r')).toEqual({ exit: 1, code: 'PLAN_ENDED', fix: 'put what takes it back into a new plan: coo plan new undo-p' });
    expect((await place.coo(repo, 'verify')).code).toBe(0);
  });
});

describe('a question', () => {
  it('frees the seat, is answered by a person, and its answer stands in the next order', async () => {
    await started('{step_id: a, objective: a, prompt: a}');
    await line('claim', 'p/a', '--seat', 'you');
    expect((await refusal('ask', 'p/a', '--to', 'op', '--text', 'which?')).code).toBe('FENCE_UNSAID');
    expect(await line('ask', 'p/a', '--fence', '1', '--to', 'op', '--text', 'which?')).toBe('p/a: asked op; it waits for the answer, and coo inbox shows it to everybody: no seat and no role is called op');
    expect(await stateOf('p/a')).toBe('blocked');
    expect(await line('answer', 'p/a', '--text', 'the red one')).toMatch(/^p\/a {2}answered by \S+: the red one$/);
    expect(await refusal('answer', 'p/a', '--text', 'again')).toEqual({ exit: 1, code: 'QUESTION_NONE', fix: 'coo inbox' });
    const { order } = JSON.parse(await line('claim', 'p/a', '--seat', 'you', '--json')) as { order: string };
    expect(JSON.parse(place.git(repo, 'show', `coo/ledger:${order}`))).toMatchObject({ answers: [{ question: 'which?', answer: 'the red one' }] });
  });

  it('is asked from within an attempt, and the attempt goes on with the answer', async () => {
    await started(`{step_id: a, objective: a, commands: ["[ $COO_FENCE = 2 ] && cp $COO_ORDER_FILE told.json || coo ask --to op --text 'which one?'"], env: [PATH]}`);
    expect((await place.coo(repo, 'run', '--until-idle')).stdout).not.toContain('error');
    expect(await stateOf('p/a')).toBe('blocked');
    expect(await line('explain', 'p/a')).toContain('dev-1 asks op: which one?');
    const told = (await line('log', 'p/a')).split('\n').slice(-2).map((one) => one.replace(/^.*?Z {2}/, ''));
    expect(told).toEqual(['p/a  asks op: which one?', 'p/a  waits for the answer']);
    await line('answer', 'p/a', '--text', 'the red one');
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
    expect(readFileSync(join(repo, 'told.json'), 'utf8')).toContain('the red one');
  });
});

it.each([
  ['retry', 'p/a', '--reason', ''],
  ['skip', 'p/a', '--reason', ' '],
  ['answer', 'p/a', '--text', ''],
  ['ask', 'p/a', '--fence', '1', '--to', ' ', '--text', 'which?'],
  ['ask', 'p/a', '--fence', '1', '--to', 'you', '--text', ''],
  ['block', 'p/a', '--fence', '1', '--reason', ''],
  ['release', 'p/a', '--fence', '1', '--reason', ''],
  ['progress', 'p/a', '--fence', '1', '--text', '\t'],
  ['cancel', 'p', '--reason', ''],
])('an empty word is not recorded: coo %s', async (...args) => {
  expect(await refusal(...args)).toMatchObject({ exit: 2, code: 'USAGE' });
});
