import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';
import { conflictsTwice } from '../support/plans.ts';

const COO = fileURLToPath(new URL('../../dist/bin/coo.js', import.meta.url));

interface Explanation {
  readonly state: string;
  readonly blockers: readonly { readonly code: string; readonly message: string; readonly next: string }[];
}

let place: Scratch;
let repo: string;

beforeEach(async () => {
  place = scratch();
  repo = await place.project({ 'f.txt': 'base\n' });
});
afterEach(() => place.remove());

/** Types a line into a shell that has `coo` on its PATH. */
function type(folder: string, line: string): string {
  const bin = join(place.top, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(COO, join(bin, 'coo'));
  }
  return execFileSync('sh', ['-ec', line], { cwd: folder, env: { ...place.env, PATH: `${bin}:${place.env['PATH'] ?? ''}` }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

async function explain(subject: string): Promise<Explanation> {
  return JSON.parse((await place.coo(repo, 'explain', subject, '--json')).stdout) as Explanation;
}

function plan(steps: string): void {
  place.write(join(repo, '_plans/p.plan.yaml'), `plan_id: p\ntitle: by hand\nsteps:\n${steps}`);
}

describe('a conflict', () => {
  it('blocks with the path named; what explain prints, typed, ends it', async () => {
    plan(conflictsTwice('f.txt', (name) => join(place.top, name)).map((step) => `  - ${JSON.stringify({ objective: 'it', ...step })}\n`).join(''));
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(1);
    const told = await explain('p');
    expect(told.state).toBe('blocked');
    const blocked = told.blockers.find(({ code }) => code === 'BLOCKED');
    expect(blocked?.message).toContain('f.txt');
    const [claim = '', done = ''] = (blocked?.next ?? '').split(/; mend the files, git commit -a, |; or begin anew/);
    const folder = /git worktree add --detach (\S+)/.exec(claim)?.[1] ?? '';
    expect(() => type(repo, claim)).toThrow('Command failed');
    place.write(join(repo, folder, 'f.txt'), 'both\n');
    type(join(repo, folder), `git commit -q -a -m 'both sides' && ${done}`);
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
    expect(readFileSync(join(repo, 'f.txt'), 'utf8')).toBe('both\n');
    expect((await place.coo(repo, 'verify')).code).toBe(0);
  });
});

describe('a step by hand', () => {
  it('is claimed, refused to a second session, reported without its output, kept, reported again, done', async () => {
    plan('  - {step_id: write, objective: write, prompt: write out.txt, outputs: [out.txt]}\n');
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
    const claimed = JSON.parse((await place.coo(repo, 'claim', 'p/write', '--seat', 'you', '--session', 'me', '--json')).stdout) as { fence: number; start_commit: string };
    expect(claimed.fence).toBe(1);
    expect((await place.coo(repo, 'claim', 'p/write', '--seat', 'you', '--session', 'other')).code).toBe(5);
    const work = join(place.top, 'work');
    place.git(repo, 'worktree', 'add', '-q', '--detach', work, claimed.start_commit);
    expect((await place.coo(repo, 'done', 'p/write', '--fence', '1', '--commit', claimed.start_commit)).code).toBe(0);
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(4);
    expect((await explain('p/write')).blockers.map(({ code }) => code)).toEqual(['OUTPUT_MISSING', 'HELD']);
    place.write(join(work, 'out.txt'), 'here\n');
    const early = await place.coo(work, 'done', 'p/write', '--fence', '1');
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('out.txt')]);
    expect(early.stderr).toContain('[UNCOMMITTED]');
    place.git(work, 'add', '.');
    place.git(work, 'commit', '-q', '-m', 'out');
    expect((await place.coo(repo, 'done', 'p/write', '--fence', '2', '--commit', claimed.start_commit)).code).toBe(5);
    expect((await place.coo(work, 'done', 'p/write')).code).toBe(2);
    expect((await place.coo(work, 'done', 'p/write', '--fence', '1')).code).toBe(0);
    expect(existsSync(join(work, '_bus'))).toBe(false);
    expect((await place.coo(repo, 'run', '--until-idle')).code).toBe(0);
    expect(readFileSync(join(repo, 'out.txt'), 'utf8')).toBe('here\n');
  });

  it('is blocked with a reason, retried, released', async () => {
    plan('  - {step_id: write, objective: write, prompt: write out.txt}\n');
    await place.coo(repo, 'run', '--until-idle');
    await place.coo(repo, 'claim', 'p/write', '--seat', 'you');
    expect((await place.coo(repo, 'block', 'p/write', '--fence', '1', '--reason', 'no paper')).code).toBe(0);
    expect((await explain('p/write')).blockers).toMatchObject([{ code: 'BLOCKED', message: 'no paper' }]);
    expect((await place.coo(repo, 'retry', 'p/write', '--reason', 'paper came')).code).toBe(0);
    await place.coo(repo, 'claim', 'p/write', '--seat', 'you');
    expect((await place.coo(repo, 'renew', 'p/write', '--fence', '2')).code).toBe(0);
    expect((await place.coo(repo, 'release', 'p/write', '--fence', '2', '--reason', 'tired')).code).toBe(0);
    expect((await explain('p/write')).state).toBe('ready');
    expect((await place.coo(repo, 'release', 'p/write', '--fence', '2', '--reason', 'again')).code).toBe(5);
  });
});
