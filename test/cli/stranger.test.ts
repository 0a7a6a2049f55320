import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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

describe('whatever lies in _plans', () => {
  it('a huge file, an empty one, a folder, a FIFO: each refused with its reason, the good plan is done, exit 1', async () => {
    writeFileSync(join(repo, '_plans/huge.plan.yaml'), 'a'.repeat(5_000_000));
    writeFileSync(join(repo, '_plans/empty.plan.yaml'), '');
    mkdirSync(join(repo, '_plans/folder.plan.yaml'));
    execFileSync('mkfifo', [join(repo, '_plans/fifo.plan.yaml')]);
    plan('good');
    const run = await place.coo(repo, 'run', '--until-idle');
    expect(run.code, run.stdout + run.stderr).toBe(1);
    expect(readdirSync(join(repo, '_bus/rejected')).sort()).toEqual(['empty', 'fifo', 'folder', 'huge'].map((name) => `${name}.plan.yaml.json`));
    expect(JSON.parse((await place.coo(repo, 'status', '--json')).stdout)).toMatchObject({ plans: [{ plan_id: 'good', state: 'done' }] });
    expect((await place.coo(repo, 'plan', 'lint')).stdout).toMatch(/folder\.plan\.yaml[\s\S]*huge\.plan\.yaml/);
  });
});

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

describe('a clone', () => {
  it('verifies as it is, and refuses to append', async () => {
    plan('p');
    await place.coo(repo, 'run', '--until-idle');
    const clone = join(place.top, 'clone');
    place.git(place.top, 'clone', '-q', repo, clone);
    const verified = await place.coo(clone, 'verify', '--json');
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, receipts: 1 });
    expect((await place.coo(clone, 'init', '--yes')).code).toBe(0);
    expect(place.git(clone, 'for-each-ref', '--format=%(refname)', 'refs/heads/coo')).toBe('');
    const pause = await place.coo(clone, 'pause', '--reason', 'x', '--json');
    expect(JSON.parse(pause.stdout)).toMatchObject({ code: 'NOT_HOME' });
  });
});
