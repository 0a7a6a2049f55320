// A name that nobody has is an error that names the nearest one, never an empty answer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeAll(async () => {
  place = scratch();
  repo = await place.project();
  place.write(join(repo, '_plans/hello.plan.yaml'), 'plan_id: hello\ntitle: hello\nsteps:\n  - {step_id: greet, objective: greet, commands: ["true"]}\n');
  await place.coo(repo, 'run', '--until-idle');
});
afterAll(() => place.remove());

async function told(...args: readonly string[]): Promise<{ readonly exit: number; readonly code: string; readonly fix: string }> {
  const { code: exit, stdout } = await place.coo(repo, ...args, '--json');
  const { code, fix } = JSON.parse(stdout) as { readonly code: string; readonly fix: string };
  return { exit, code, fix };
}

const PLAN = { exit: 1, code: 'PLAN_UNKNOWN', fix: 'did you mean hello? all plans: coo plan list' };
const STEP = { exit: 1, code: 'STEP_UNKNOWN', fix: 'did you mean hello/greet? all its steps: coo plan show hello' };
const SEAT = { exit: 1, code: 'SEAT_UNKNOWN', fix: 'did you mean you? all seats: coo status' };

describe('an unknown name', () => {
  it.each([
    ['log', 'helo'],
    ['status', '--plan', 'helo'],
    ['receipts', 'helo'],
    ['receipts', 'list', 'helo/greet'],
    ['explain', 'helo/greet'],
    ['plan', 'show', 'helo'],
    ['plan', 'cancel', 'helo', '--reason', 'r'],
    ['pause', '--plan', 'helo', '--reason', 'r'],
    ['retry', 'helo', '--reason', 'r'],
    ['claim', 'helo/greet', '--seat', 'you'],
  ])('of a plan: coo %s %s', async (...args) => expect(await told(...args)).toEqual(PLAN));

  it.each([
    ['log', 'hello/gret'],
    ['receipts', 'list', 'hello/gret'],
    ['explain', 'hello/gret'],
    ['retry', 'hello/gret', '--reason', 'r'],
    ['renew', 'hello/gret', '--fence', '1'],
    ['renew', 'hello/gret'],
  ])('of a step: coo %s %s', async (...args) => expect(await told(...args)).toEqual(STEP));

  it.each([
    ['log', '--seat', 'yuo'],
    ['status', '--seat', 'yuo'],
    ['receipts', 'list', '--seat', 'yuo'],
    ['claim', 'hello/greet', '--seat', 'yuo'],
    ['work', '--seat', 'yuo', '--once'],
  ])('of a seat: coo %s %s', async (...args) => expect(await told(...args)).toEqual(SEAT));

  it('of anything, and of a receipt', async () => {
    expect(await told('explain', 'helo')).toEqual({ exit: 1, code: 'SUBJECT_UNKNOWN', fix: 'did you mean hello? all plans, steps and seats: coo status' });
    expect(await told('explain', 'yuo')).toEqual({ exit: 1, code: 'SUBJECT_UNKNOWN', fix: 'did you mean you? all plans, steps and seats: coo status' });
    expect(await told('receipts', 'show', 'hello.gret.1')).toEqual({ exit: 1, code: 'RECEIPT_UNKNOWN', fix: 'did you mean hello.greet.1? all receipts: coo receipts list' });
    expect(await told('log', 'nothing-like-it')).toEqual({ exit: 1, code: 'PLAN_UNKNOWN', fix: 'all plans: coo plan list' });
  });
});

describe('a known name without anything to say', () => {
  it('is an empty answer', async () => {
    expect(await place.coo(repo, 'log', '--seat', 'you')).toEqual({ code: 0, stdout: 'nothing happened yet\n', stderr: '' });
    expect(await place.coo(repo, 'receipts', '--seat', 'you')).toEqual({ code: 0, stdout: 'no receipts\n', stderr: '' });
  });
});

describe('a stop of another scope', () => {
  it('is not ended, and named with what to type', async () => {
    expect(await told('breaker', 'close', '--reason', 'r')).toEqual({ exit: 2, code: 'BREAKER_CLOSED', fix: 'nothing is stopped: coo status' });
    await place.coo(repo, 'breaker', 'open', '--plan', 'hello', '--reason', 'r');
    await place.coo(repo, 'pause', '--reason', 'r');
    expect(await told('breaker', 'close', '--reason', 'r')).toEqual({ exit: 2, code: 'BREAKER_CLOSED', fix: "coo breaker close --plan hello --reason '...'" });
    expect(await told('resume', '--plan', 'hello', '--reason', 'r')).toEqual({ exit: 2, code: 'NOT_PAUSED', fix: "coo resume --reason '...'" });
  });
});

it('a seat that nobody has can join where seats are open, and is told so', async () => {
  const org = join(repo, '_plans/coo.yaml');
  place.write(org, `${readFileSync(org, 'utf8')}\nseats_open: true\n`);
  await place.coo(repo, 'run', '--until-idle');
  for (const args of [['next'], ['claim', 'hello/greet']]) {
    expect(await told(...args, '--seat', 'zed')).toEqual({ exit: 1, code: 'SEAT_UNKNOWN', fix: 'all seats: coo status; a new one joins by a seat.join message: _bus/README.md' });
  }
});
