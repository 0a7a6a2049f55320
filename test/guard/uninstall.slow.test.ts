import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Uninstalled } from '../../src/app/operations/uninstall.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

const COO = fileURLToPath(new URL('../../dist/bin/coo.js', import.meta.url));
const PLAN = 'plan_id: hello\ntitle: Hello\nsteps:\n  - {step_id: a, objective: a, commands: ["echo a > a.txt"], outputs: [a.txt]}\n';

describe('coo uninstall', () => {
  let at: Scratch;
  let repo: string;
  let ignored: string;
  beforeEach(async () => {
    at = scratch();
    repo = await at.project();
    ignored = readFileSync(join(repo, '.git/info/exclude'), 'utf8');
    put('_plans/hello.plan.yaml', PLAN);
    const { code, stderr } = await at.coo(repo, 'run', '--until-idle');
    if (code !== 0) throw new Error(stderr);
  });
  afterEach(() => at.remove());

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
  }
  async function uninstall(...args: readonly string[]): Promise<Uninstalled> {
    const { stdout, stderr } = await at.coo(repo, 'uninstall', '--json', ...args);
    if (stderr !== '') throw new Error(stderr);
    return JSON.parse(stdout) as Uninstalled;
  }
  const listed = (): readonly string[] => readdirSync(repo, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.git')).toSorted();

  it('leaves a ledger that verifies, the branches, and what git tracks, and nothing else of its own', async () => {
    await at.coo(repo, 'hooks', 'install');
    const tracked = at.git(repo, 'ls-files').split('\n');
    const refs = at.git(repo, 'for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads').split('\n');
    const before = listed();
    expect((await uninstall('--dry-run')).dry_run).toBe(true);
    expect(listed()).toEqual(before);
    const { removed, kept } = await uninstall();
    expect(removed).toEqual(expect.arrayContaining(['hook pre-commit', 'hook pre-push', 'refs/coo/seen', 'lines in .git/info/exclude', join(repo, '.git/coo')]));
    expect(kept.map(({ path }) => path)).toContain('refs/heads/coo/ledger');
    expect(existsSync(join(repo, '.git/coo'))).toBe(false);
    expect(existsSync(join(repo, '_bus'))).toBe(false);
    expect(readdirSync(join(repo, '.git/hooks')).filter((name) => !name.endsWith('.sample'))).toEqual([]);
    expect(readFileSync(join(repo, '.git/info/exclude'), 'utf8')).toBe(ignored.split('\n').filter((line) => !line.startsWith('/_') && !line.startsWith('# coo:')).join('\n'));
    expect(at.git(repo, 'ls-files').split('\n')).toEqual(tracked);
    expect(tracked.filter((path) => !existsSync(join(repo, path)))).toEqual([]);
    expect(at.git(repo, 'for-each-ref', '--format=%(objectname) %(refname)').split('\n')).toEqual(refs);
    expect((await at.coo(repo, 'verify')).code).toBe(0);
    expect((await at.coo(repo, 'status')).code).toBe(0);
  });

  it('never removes what somebody wrote or changed', async () => {
    const mine = ['_bus/in/note.json', '_bus/notes.txt', '_bus/claims/hello.a.json', '_report/mine.md', '_plans/hello.plan.yaml', '_plans/coo.yaml'];
    put('_bus/in/note.json', '{"type":"note"');
    put('_bus/notes.txt', 'mine');
    put('_bus/claims/hello.a.json', '{"plan_id":"hello","step_id":"a","seat":"you","nonce":"x"}');
    put('_report/mine.md', 'mine');
    const entry = '_report/ledger/000/000/001.json';
    put(entry, 'changed');
    put('_bus/README.md', `${readFileSync(join(repo, '_bus/README.md'), 'utf8')}\nmine too\n`);
    const { kept } = await uninstall();
    for (const path of [...mine, entry, '_bus/README.md']) expect(existsSync(join(repo, path)), path).toBe(true);
    expect(kept.map(({ path }) => path)).toEqual(expect.arrayContaining([join(repo, '_bus/notes.txt'), join(repo, entry)]));
    expect(existsSync(join(repo, '_report/ledger/000/000/002.json'))).toBe(false);
  });

  it('can be done twice, and coo init begins anew on the same ledger as a clone would', async () => {
    await uninstall();
    const { removed } = await uninstall();
    expect(removed.filter((path) => !path.startsWith('/'))).toEqual([]);
    expect((await at.coo(repo, 'verify')).code).toBe(0);
  });

  it('refuses while a manager lives', async () => {
    const manager = spawn(process.execPath, [COO, 'run', '--json'], { cwd: repo, env: at.env, stdio: 'ignore' });
    const ended = new Promise((resolve) => {
      manager.once('close', resolve);
    });
    try {
      for (let alive = false; !alive; ) ({ alive } = (JSON.parse((await at.coo(repo, 'status', '--json')).stdout) as { manager: { alive: boolean } }).manager);
      const { code, stdout } = await at.coo(repo, 'uninstall', '--json');
      expect([code, (JSON.parse(stdout) as { code: string }).code]).toEqual([75, 'MANAGED']);
      expect(existsSync(join(repo, '.git/coo/home.json'))).toBe(true);
    } finally {
      manager.kill('SIGINT');
      await ended;
    }
  });
});
