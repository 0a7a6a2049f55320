import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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
