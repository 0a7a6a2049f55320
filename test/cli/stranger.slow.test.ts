// The quick suite's share is `stranger.test.ts`.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'one\n' });
});
afterEach(() => place.remove());

function plan(id: string, command = 'true'): void {
  place.write(join(repo, `_plans/${id}.plan.yaml`), `plan_id: ${id}\ntitle: ${id}\nsteps:\n  - {step_id: s, objective: s, commands: ["${command}"]}\n`);
}

describe('whatever happens to the views', () => {
  it('the bus removed while a step runs: it comes back, the plan is done', async () => {
    plan('p', 'sleep 2');
    const run = place.coo(repo, 'run', '--until-idle');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    rmSync(join(repo, '_bus'), { recursive: true });
    expect((await run).code).toBe(0);
  });

  it('a claim view that nobody was granted goes, with its reason, and the step can be claimed', async () => {
    place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: s, objective: s, prompt: think}\n');
    await place.coo(repo, 'run', '--until-idle');
    place.write(join(repo, '_bus/claims/p.s.json'), '{"schema":"coo/claim.v1","kind":"held","fence":7,"seat":"you"}');
    await place.coo(repo, 'run', '--until-idle');
    expect(existsSync(join(repo, '_bus/claims/p.s.json'))).toBe(false);
    expect((await place.coo(repo, 'claim', 'p/s', '--seat', 'you')).code).toBe(0);
  });

  it('a FIFO among the results: said, and no more', async () => {
    execFileSync('mkfifo', [join(repo, '.git/coo/results/p.s.1.json')]);
    plan('q');
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
  });
});
