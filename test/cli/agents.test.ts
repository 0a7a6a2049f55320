// Agents as a user of the command line sees them.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';
import { robotProject } from '../support/robot.ts';

let place: Scratch;
let repo: string;

beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

async function withRobot(script: string, seat: object = {}, org: object = {}): Promise<void> {
  repo = await robotProject(place, script, seat, org);
}

function plan(steps: readonly object[], more: object = {}): void {
  place.write(join(repo, '_plans/p.plan.json'), JSON.stringify({ plan_id: 'p', title: 'p', ...more, steps }));
}
/** Says what it used and writes what it is to write. */
const SPENDS = `say({ type: 'usage', input: 400, output: 200, usd: 0.25 }); writeFileSync(task.order.step_id + '.txt', 'x'); say({ type: 'done', summary: 'done' });`;
const STEP = { step_id: 'write', objective: 'write answer.txt', prompt: 'Write it.', role: 'developer', outputs: ['answer.txt'] };

async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await place.coo(repo, ...args, '--json')).stdout) as Record<string, unknown>;
}

it('says what agents may spend when it begins, and what they spent; a day that is spent ends coo run with 6', async () => {
  await withRobot(SPENDS, { budget: { usd: 0.4 } }, { limits: { usd_per_day: 2, tokens_per_day: 5_000, usd_per_step: 1 } });
  plan(['a', 'b', 'c'].map((step_id) => ({ step_id, objective: step_id, prompt: 'go', role: 'developer' })), { budget: { tokens: 10_000 } });
  const run = await place.coo(repo, 'run', '--until-idle');
  expect(run.stdout).toContain('budgets: an attempt of an agent $1.00 or 20,000,000 tokens; a day $2.00 or 5,000 tokens; seat robot a day $0.40. Spent today: $0.00, 0 tokens\n');
  expect(run.stdout).toMatch(/ended: seat robot gets nothing until [0-9T:.-]+Z: the budget of seat robot for the day is used up: \$0\.50 of \$0\.4 are spent\n$/);
  expect(run.code).toBe(6);
  const again = await place.coo(repo, 'run', '--until-idle');
  expect([again.code, again.stdout]).toEqual([6, expect.stringContaining('; seat robot a day $0.40; plan p 10,000 tokens. Spent today: $0.50, 1,200 tokens\n')]);
  const status = await json('status');
  expect(status).toMatchObject({ parked: [{ seat: 'robot', why: 'budget', until: expect.stringMatching(/T00:00:00\.000Z$/) }], spending: { tokens: 1_200, usd: 0.5, cap: { tokens: 5_000, usd: 2 }, step_cap: { tokens: 20_000_000, usd: 1 }, seats: [{ seat: 'robot', tokens: 1_200, usd: 0.5, cap: { usd: 0.4 } }] } });
  const { stdout } = await place.coo(repo, 'status');
  expect(stdout).toContain('spent today: $0.50 of $2.00, 1,200 of 5,000 tokens (robot $0.50 of $0.40, 1,200 tokens); by plans: p $0.50, 1,200 of 10,000 tokens\n');
  expect(stdout).toMatch(/ {2}robot gets nothing until .*Z: the budget of seat robot/);
  expect(await json('explain', 'p/c')).toMatchObject({ state: 'ready', blockers: [{ code: 'BUDGET_SPENT', who: 'a person, or time', next: expect.stringMatching(/^[0-9T:.-]+Z, or raise the budget in _plans\/coo\.yaml, then coo breaker close --reason '\.\.\.'$/) }] });
  expect(await place.coo(repo, 'verify')).toMatchObject({ code: 0 });
});

it('a plan that spent what it may ends coo run with 6, and so does a step', async () => {
  await withRobot(SPENDS);
  plan([{ step_id: 'a', objective: 'a', prompt: 'go', role: 'developer' }, { step_id: 'b', depends_on: ['a'], objective: 'b', prompt: 'go', role: 'developer' }], { budget: { usd: 0.25 } });
  const whole = await place.coo(repo, 'run', '--until-idle');
  expect([whole.code, whole.stdout]).toEqual([6, expect.stringMatching(/ended: the budget of p is used up: \$0\.25 of \$0\.25 are spent: raise it, then coo breaker close --plan p --reason '\.\.\.'\n$/)]);
  place.write(join(repo, '_plans/q.plan.json'), JSON.stringify({ plan_id: 'q', title: 'q', steps: [{ step_id: 'a', objective: 'a', prompt: 'go', role: 'developer', budget: { tokens: 500 } }] }));
  const step = await place.coo(repo, 'run', '--until-idle');
  expect([step.code, step.stdout]).toEqual([6, expect.stringMatching(/ended: plan q is blocked: coo explain q/)]);
});

it("a provider's limit is waited for as long as is said, and no longer", async () => {
  await withRobot(`say({ type: 'quota', until: new Date(Date.now() + 3_600_000).toISOString() }); process.exit(1);`);
  plan([STEP]);
  const run = await place.coo(repo, 'run', '--until-idle', '--wait', '10m');
  expect([run.code, run.stdout]).toEqual([75, expect.stringMatching(/ended: seat robot gets nothing until [0-9T:.-]+Z: /)]);
  expect(run.stdout).toMatch(/Z {2}warning {2}seat robot gets nothing until [0-9T:.-]+Z: command's provider takes no more for now/);
  expect(run.stdout).toMatch(/Z {2}p\/write {2}parked: it is tried again, and nothing is charged\n/);
  expect(run.stdout).not.toContain('error  ');
  expect(await json('explain', 'p/write')).toMatchObject({ state: 'ready', blockers: [{ code: 'SEAT_PARKED', who: 'time' }] });
  expect(await place.coo(repo, 'run', '--until-idle', '--wait', 'soon')).toMatchObject({ code: 2 });
});
