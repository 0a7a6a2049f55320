// The page on how the record is checked by hand: its commands as they stand there, in a repository with a signed ledger, on what is right and what is not.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPORT_README } from '../src/bin/report-readme.ts';
import { scratch } from './support/cli.ts';
import type { Scratch } from './support/cli.ts';

const PAGE = join(import.meta.dirname, '..', '_report', 'README.md');
const [SET = '', DIGEST = '', PLACE = '', FILES = '', MERGED = '', SIGNED = ''] = [...REPORT_README.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);

let place: Scratch;
let repo: string;

beforeAll(async () => {
  place = scratch();
  repo = await place.project({ 'a.txt': 'a\n' });
  await place.coo(repo, 'key', 'new', '--principal', 'op@example.com');
  place.write(join(repo, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: a, objective: a, commands: ["echo b > b.txt; echo c > c.txt"], outputs: [b.txt, c.txt]}\n');
  await place.coo(repo, 'run', '--until-idle');
});
afterAll(() => place.remove());

/** What a block of the page prints for an entry. */
function told(block: string, entry: number, ledger = 'coo/ledger'): string {
  const script = `${SET.replace('N=4 ', `N=${String(entry)} `).replace('LEDGER=coo/ledger', `LEDGER=${ledger}`).replace(/\nblob .*\n/, '\n')}${block}`;
  return execFileSync('sh', ['-e', '-c', script], { cwd: repo, env: place.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

function entries(): readonly number[] {
  const all = place.git(repo, 'ls-tree', '-r', '--name-only', 'coo/ledger', '_report/ledger').split('\n');
  return all.map((_, at) => at + 1);
}

/** The entry that accepted the step. */
function accepted(): number {
  const found = entries().find((n) => place.git(repo, 'show', `coo/ledger:_report/ledger/000/000/${String(n).padStart(3, '0')}.json`).includes('"type":"run.accepted"'));
  if (found === undefined) throw new Error('nothing was accepted');
  return found;
}

/** The ledger's branch with one file of its tip changed by a sed script, on another branch. */
function spoilt(path: string, script: string): string {
  const work = join(place.top, 'spoilt');
  place.git(repo, 'worktree', 'add', '-q', '--force', '-B', 'spoilt', work, 'coo/ledger');
  execFileSync('sed', ['-i', script, join(work, path)]);
  place.git(work, 'commit', '-q', '-a', '--no-verify', '-m', 'spoilt');
  place.git(repo, 'worktree', 'remove', '--force', work);
  return 'spoilt';
}

describe('the page on how the record is checked by hand', () => {
  it.runIf(existsSync(PAGE))('is the one that stands in this repository, and that init writes', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(REPORT_README);
    expect(readFileSync(join(repo, '_report/README.md'), 'utf8')).toBe(REPORT_README);
  });

  it('shows every entry right: its digest, its place, its files, its signature', () => {
    const last = entries().length;
    expect(last).toBeGreaterThan(5);
    for (const n of entries()) {
      const [stated, found, ...more] = told(DIGEST, n).split('\n');
      expect([found, more]).toEqual([stated, []]);
      if (n > 1) expect(new Set(told(PLACE, n).split('\n')).size).toBe(1);
      expect(told(FILES, n)).not.toContain('WRONG');
    }
    expect(told(FILES, accepted())).toMatch(/^ok _report\/agent\//m);
    expect(told(SIGNED, last)).toContain('Good "entry@git-coo" signature for op@example.com');
  });

  it('shows what was merged, and that its outputs are those of the receipt', () => {
    const shown = told(MERGED, accepted());
    expect(shown.split('\n').slice(0, 2)).toEqual(['ok b.txt', 'ok c.txt']);
    expect(shown).toContain('b.txt');
  });

  it('shows what is wrong', () => {
    const n = accepted();
    const path = `_report/ledger/000/000/${String(n).padStart(3, '0')}.json`;
    const changed = spoilt(path, 's/"seq"/"SEQ"/');
    expect(new Set(told(DIGEST, n, changed).split('\n')).size).toBe(2);
    expect(new Set(told(PLACE, n + 1, changed).split('\n')).size).toBe(2);
    const receipt = /"path":"(_report\/agent\/[^"]*\.json)"/.exec(place.git(repo, 'show', `coo/ledger:${path}`))?.[1] ?? '';
    expect(told(FILES, n, spoilt(receipt, 's/passed/failed/'))).toContain(`WRONG ${receipt}`);
    expect(told(MERGED, n, spoilt(receipt, 's/"sha256": "./"sha256": "/'))).toContain('WRONG b.txt');
    const forged = spoilt(path, 's/^"digest":"[0-9a-f]*/"digest":"00/');
    expect(() => told(SIGNED, n, forged)).toThrow(/Could not verify signature|incorrect signature/);
  });
});
