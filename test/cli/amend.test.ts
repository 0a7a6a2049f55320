// The text of a plan that is at work already: taken at once, and what it changed is said; or why it waits.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';
import { shapeErrors } from '../../tools/generate.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project();
});
afterEach(() => place.remove());

function plan(title: string, ...steps: readonly string[]): void {
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: ${title}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
}

interface Answer {
  readonly code?: string;
  readonly message?: string;
  readonly fix?: string;
}

async function amended(): Promise<Answer & { readonly exit: number }> {
  const { code: exit, stdout } = await place.coo(repo, 'plan', 'amend', 'p', '--json');
  return { exit, ...(JSON.parse(stdout) as Answer) };
}

it('says what came, what changed, what went', async () => {
  plan('one', '{step_id: a, objective: a, prompt: a}', '{step_id: b, objective: b, prompt: b}');
  expect(await amended()).toMatchObject({ exit: 1, code: 'PLAN_UNKNOWN', fix: 'coo plan start p' });
  await place.coo(repo, 'plan', 'start', 'p');
  plan('two', '{step_id: a, objective: another, prompt: a}', '{step_id: c, objective: c, prompt: c, depends_on: [a]}');
  expect(await amended()).toEqual({ exit: 0, schema: 'coo/amended.v1', plan_id: 'p', revision: 2, added: ['c'], changed: ['a'], removed: ['b'], members: ['title'] });
  expect(await amended()).toMatchObject({ exit: 0, code: 'UNCHANGED' });
  plan('two', '{step_id: a, objective: another, prompt: a}');
  expect((await place.coo(repo, 'plan', 'amend', 'p')).stdout).toBe('p  revision 3\n  removed      c\n');
  plan('three', '{step_id: a, objective: another, prompt: a}');
  expect((await place.coo(place.top, '-C', 'repo', 'plan', 'amend', '_plans/p.plan.yaml')).stdout).toBe('p  revision 4\n  of the plan  title\n');
  plan('two', '{step_id: a, objectiv: another}');
  expect((await amended()).exit).toBe(1);
});

it('waits for what somebody holds: both sides are told, and the next manager takes it when that is free', async () => {
  plan('one', '{step_id: a, objective: a, prompt: a}');
  await place.coo(repo, 'plan', 'start', 'p');
  await place.coo(repo, 'claim', 'p/a', '--seat', 'you');
  plan('one', '{step_id: a, objective: another, prompt: a}');
  const refused = await amended();
  expect(refused).toMatchObject({ exit: 5, code: 'STEP_STARTED', message: expect.stringContaining('p/a (you)'), fix: "wait, or: coo take p/a --seat <yours> --reason '...'" });
  expect(await amended()).toEqual(refused);
  const view = JSON.parse(readFileSync(join(repo, '_bus/claims/p.a.json'), 'utf8')) as { readonly revision_waits?: string };
  expect(view.revision_waits).toMatch(/^\S.* wants another text for this step; .* release the claim to let the new text in\.$/);
  expect(shapeErrors('coo/claim.v1', view)).toEqual([]);
  expect((await place.coo(repo, 'inbox')).stdout).toContain('[REVISION_WAITS]');
  expect((await place.coo(repo, 'explain', 'p/a')).stdout).toContain('wants another text for this step');
  expect((await place.coo(repo, 'log', 'p')).stdout.match(/a new text waits: it changes a, which somebody holds/g)).toHaveLength(1);
  expect((await place.coo(repo, 'verify')).code).toBe(0);
  await place.coo(repo, 'release', 'p/a', '--fence', '1');
  expect(await place.coo(repo, 'run', '--until-idle')).toMatchObject({ code: 4 });
  expect((await place.coo(repo, 'plan', 'show', 'p')).stdout).toContain('revision 2');
});

it('in another worktree: a manager would not take its text, amend does', async () => {
  plan('one', '{step_id: a, objective: a, prompt: a}');
  await place.coo(repo, 'plan', 'start', 'p');
  const linked = join(place.top, 'linked');
  place.git(repo, 'worktree', 'add', '-q', '--detach', linked);
  place.write(join(linked, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: theirs\nsteps:\n  - {step_id: a, objective: a, prompt: a}\n');
  const foreseen = JSON.parse((await place.coo(linked, 'run', '--dry-run', '--json')).stdout) as { readonly plans: readonly object[] };
  expect(foreseen.plans).toEqual([{ path: '_plans/p.plan.yaml', plan_id: 'p', refused: `the accepted text came from ${repo}; this one is taken by hand: coo plan amend p` }]);
  expect((await place.coo(linked, 'plan', 'amend', 'p')).stdout).toBe('p  revision 2\n  of the plan  title\n');
});
