// What a seat did, and what a worker said, is found where people ask for it.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeAll(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'one\n' });
  const steps = [
    '{step_id: one, objective: one, seat: dev-1, commands: ["coo progress --text first", "coo progress --text second"]}',
    '{step_id: two, objective: two, seat: dev-2, depends_on: [one], commands: ["true"]}',
    '{step_id: three, objective: three, depends_on: [two], prompt: think}',
  ];
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: p\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  place.write(join(repo, '_bus/in/note.json'), '{"type": "note", "text": "hello"}\n');
  await place.coo(repo, 'run', '--until-idle');
  await place.coo(repo, 'claim', 'p/three', '--seat', 'you');
  await place.coo(repo, 'progress', 'p/three', '--fence', '1', '--text', 'half way');
});
afterAll(() => place.remove());

async function types(...args: readonly string[]): Promise<readonly string[]> {
  const { history, entries } = JSON.parse((await place.coo(repo, ...args, '--json')).stdout) as Readonly<Record<'history' | 'entries', readonly { readonly type: string }[] | undefined>>;
  return (history ?? entries ?? []).map(({ type }) => type);
}

it('a seat has the history of its attempts, from the grant to the end', async () => {
  expect(await types('log', '--seat', 'dev-1')).toEqual(['step.claimed', 'run.started', 'run.reported', 'run.accepted']);
  expect(await types('explain', 'dev-1')).toEqual(await types('log', '--seat', 'dev-1'));
  expect(await types('log', 'p/two', '--seat', 'dev-1')).toEqual([]);
  expect(await types('log', 'p/two', '--seat', 'dev-2', '--limit', '1')).toEqual(['run.accepted']);
  expect(await types('explain', 'you')).toEqual(['step.claimed', 'run.progress', 'claim.renewed']);
});

it('what a worker said stands in the log, by hand as by a harness', async () => {
  expect((await place.coo(repo, 'log', 'p/one')).stdout).toContain('p/one  done; said: first / second\n');
  expect((await place.coo(repo, 'log', 'p/three')).stdout).toContain('p/three  says: half way\n');
});

it('which messages are handled is no news; what they said is', async () => {
  const told = await types('log', '--limit', '1000');
  expect([told.includes('noted'), told.includes('message.taken'), told.includes('checkpointed')]).toEqual([true, false, false]);
});
