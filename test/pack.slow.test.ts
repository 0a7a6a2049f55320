// What is published, as a stranger gets it: packed, then run by npx where there is no package.json.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
/** Outside this project: npm puts the `.bin` of every folder above on PATH. */
const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'coo pack '));
const tarball = join(scratch, `git-coo-${version}.tgz`);
const repository = join(scratch, 'a repository');

/** The environment of somebody who did not come here through `npm run`, with the Node that runs this test. */
function strangersEnv(): NodeJS.ProcessEnv {
  const ours = /^(?:npm_(?:package|lifecycle|config_local_prefix|command|execpath|node_execpath)|INIT_CWD|NODE_OPTIONS|VITEST)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.endsWith(join('node_modules', '.bin')));
  return { ...Object.fromEntries(kept), PATH: [dirname(process.execPath), ...path].join(delimiter) };
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `npx --package=<tarball> -- ...` in the repository. */
function npx(...command: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync('npx', ['--yes', `--package=${tarball}`, '--', ...command], {
    cwd: repository,
    env: strangersEnv(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: status, out: stdout, err: stderr };
}

describe('the package', () => {
  beforeAll(() => {
    // dist/ is there already, and must not change under the other suites: without `prepare`.
    execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], { cwd: ROOT, env: strangersEnv(), stdio: 'ignore' });
    mkdirSync(repository);
    execFileSync('git', ['init', '--quiet'], { cwd: repository });
  });

  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  it('holds what is built and what explains it, not the sources', () => {
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n').map((path) => path.replace('package/', ''));
    expect(files).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'CHANGELOG.md', 'dist/bin/coo.js']));
    expect(files.filter((path) => /^(?:src|test|tools|node_modules|\.)/.test(path))).toEqual([]);
  });

  it('runs by npx in a repository without package.json', () => {
    const { code, out, err } = npx('coo', '--version');
    expect({ code, out }, err).toEqual({ code: 0, out: `${version}\n` });
  });

  it('is a command of git', () => {
    const { code, out, err } = npx('git', 'coo', '--version');
    expect({ code, out }, err).toEqual({ code: 0, out: `${version}\n` });
  });

  it('finds every package that its commands load', () => {
    const { code, err } = npx('coo', 'no-such-command');
    expect(code, err).toBe(2);
    expect(err).not.toContain('ERR_MODULE_NOT_FOUND');
  });

  it('leaves the repository as it was', () => {
    expect(readdirSync(repository)).toEqual(['.git']);
  });

  it('does the main job there', () => {
    const init = npx('coo', 'init', '--yes');
    expect(init.code, init.err).toBe(0);
    const steps = '  - {step_id: greet, objective: greet, commands: ["echo hello > greeting.txt"], outputs: [greeting.txt]}\n';
    writeFileSync(join(repository, '_plans', 'hello.plan.yaml'), `plan_id: hello\ntitle: hello\nsteps:\n${steps}`);
    const run = npx('coo', 'run', '--until-idle');
    expect(run.code, run.out + run.err).toBe(0);
    expect(npx('coo', 'verify').code).toBe(0);
    expect(readFileSync(join(repository, 'greeting.txt'), 'utf8')).toBe('hello\n');
  });
});
