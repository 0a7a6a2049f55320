// What an agent pays to know where a fleet stands, and what it is told when it asks for less.
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
  const seats = Array.from({ length: 6 }, (_, at) => `  - {seat: ada-${String(at)}, roles: [developer], harness: person, email: ada@example.com}\n`).join('');
  place.write(join(repo, '_plans/coo.yaml'), readFileSync(join(repo, '_plans/coo.yaml'), 'utf8').replace(/^seats:\n/m, `seats:\n${seats}`));
});
afterEach(() => place.remove());

/** Ten plans of ten steps: a chain of five, and five that can begin at once. */
async function fleet(): Promise<void> {
  for (let plan = 0; plan < 10; plan += 1) {
    const id = `feature-${String(plan)}`;
    const steps = Array.from({ length: 10 }, (_, at) => ({ step_id: `step-${String(at)}`, objective: 'do it', prompt: 'do it', ...(at > 0 && at < 5 ? { depends_on: [`step-${String(at - 1)}`] } : {}) }));
    place.write(join(repo, `_plans/${id}.plan.json`), JSON.stringify({ plan_id: id, title: `Feature ${String(plan)} of the product`, priority: plan === 7 ? 'high' : 'normal', steps }));
  }
  expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
  for (let at = 0; at < 5; at += 1) expect((await place.coo(repo, 'next', '--seat', `ada-${String(at)}`)).code).toBe(0);
}

interface Shown {
  readonly plans: readonly { readonly plan_id: string; readonly steps: readonly { readonly step_id: string; readonly state: string }[] }[];
  readonly more?: number;
}

async function steps(...args: readonly string[]): Promise<{ readonly tokens: number; readonly steps: readonly string[]; readonly plans: number; readonly more: number }> {
  const { code, stdout } = await place.coo(repo, 'status', '--json', ...args);
  expect(code).toBe(0);
  const { plans, more = 0 } = JSON.parse(stdout) as Shown;
  return { tokens: stdout.length / 4, plans: plans.length, more, steps: plans.flatMap(({ plan_id, steps: shown }) => shown.map(({ step_id, state }) => `${plan_id}/${step_id} ${state}`)) };
}

it('of ten plans with ten steps costs an agent under 1,200 tokens', async () => {
  await fleet();
  const ready = await steps('--ready');
  expect(ready.tokens).toBeLessThan(1_200);
  expect(ready).toMatchObject({ more: 35 });
  expect(ready.steps).toHaveLength(20);
  expect(ready.steps.every((step) => step.endsWith(' ready'))).toBe(true);
  const few = await steps('--limit', '20');
  expect(few.tokens).toBeLessThan(1_200);
  expect(few).toMatchObject({ plans: 10, more: 80 });
  expect(few.steps.filter((step) => step.endsWith(' claimed'))).toEqual(['step-0', 'step-5', 'step-6', 'step-7', 'step-8'].map((step) => `feature-7/${step} claimed`));
  expect(few.steps.filter((step) => step.endsWith(' ready'))).toHaveLength(15);
  const mine = await steps('--seat', 'ada-0');
  expect(mine.steps).toEqual(['feature-7/step-0 claimed']);
  const brief = await steps();
  expect(brief.tokens).toBeLessThan(1_200);
  expect(brief).toMatchObject({ plans: 10, more: 60 });
  expect(brief.steps.filter((step) => step.endsWith(' claimed'))).toHaveLength(5);
  expect(brief.steps.filter((step) => step.endsWith(' ready'))).toHaveLength(35);
  expect((await steps('--all')).steps).toHaveLength(100);
  expect((await steps('--plan', 'feature-7')).steps).toHaveLength(10);
  const lines = (await place.coo(repo, 'status', '--ready', '--limit', '3')).stdout;
  expect(lines).toContain('52 more steps: --limit 55\n');
});

it('with --ready and a seat shows what that seat can claim, and nothing while all is paused', async () => {
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: a, objective: a, prompt: a}\n  - {step_id: b, objective: b, prompt: b, seat: ada-1}\n  - {step_id: c, objective: c, prompt: c, scope: [c], seat: ada-2}\n  - {step_id: d, objective: d, prompt: d, scope: [c], seat: ada-3}\n');
  await place.coo(repo, 'run', '--until-idle');
  expect((await steps('--ready', '--seat', 'ada-1')).steps).toEqual(['p/a ready', 'p/b ready']);
  expect((await steps('--ready', '--seat', 'you')).steps).toEqual(['p/a ready']);
  expect((await steps('--ready', '--seat', 'ada-3')).steps).toEqual(['p/a ready', 'p/d ready']);
  expect((await place.coo(repo, 'claim', 'p/c', '--seat', 'ada-2')).code).toBe(0);
  expect((await steps('--ready', '--seat', 'ada-3')).steps, 'it may write where c is at work').toEqual(['p/a ready']);
  await place.coo(repo, 'pause', '--reason', 'r');
  expect((await steps('--ready')).steps).toEqual([]);
});
