import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readYaml } from '../../src/format/yaml.ts';
import { Original } from '../tamper/sample.ts';
import type { Sample } from '../tamper/sample.ts';

const COO = fileURLToPath(new URL('../../dist/bin/coo.js', import.meta.url));
const ACTION = fileURLToPath(new URL('../../.github/actions/coo-guard/', import.meta.url));

/** The action's script on a clone, as a runner makes one, with an npx that starts the built coo and notes what it was asked for. */
describe('the action', () => {
  let original: Original;
  let at: Sample;
  let clone: string;
  let bin: string;
  beforeAll(async () => {
    original = await Original.make();
    at = original.copy();
    at.commit('person', 'pin', { 'package.json': '{"devDependencies":{"git-coo":"0.9.1"}}' });
    at.git('branch', '-f', 'pinned', 'main');
    at.commit('stranger', 'pin another', { 'package.json': '{"devDependencies":{"git-coo":"file:../evil"}}' });
    clone = `${at.folder}-clone`;
    at.git('clone', '-q', '--no-local', '.', clone);
    bin = join(original.scratch.top, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'npx'), `#!/bin/sh\npwd > '${bin}/asked'\nls -A >> '${bin}/asked'\nprintf '%s\\n' "$@" >> '${bin}/asked'\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec '${process.execPath}' '${COO}' "$@"\n`);
    chmodSync(join(bin, 'npx'), 0o755);
  });
  afterAll(() => original.remove());

  function run(env: Readonly<Record<string, string>>): { readonly status: number | null; readonly stdout: string; readonly stderr: string; readonly asked: readonly string[] } {
    const { status, stdout, stderr } = spawnSync('bash', [join(ACTION, 'run')], { cwd: '/', env: { ...at.scratch.env, PATH: `${bin}:${at.scratch.env['PATH'] ?? ''}`, GITHUB_WORKSPACE: clone, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(bin, 'summary.md'), COO_DEFAULT_BRANCH: 'main', ...env }, encoding: 'utf8' });
    return { status, stdout, stderr, asked: readFileSync(join(bin, 'asked'), 'utf8').split('\n') };
  }

  it("fetches the ledger and judges the range by the version that the base pins, from an empty folder", () => {
    const { status, stdout, asked } = run({ COO_BASE: at.id('pinned'), COO_HEAD: at.id('main'), COO_BRANCH: 'work', COO_SARIF: 'found.sarif' });
    expect(status).toBe(0);
    expect(asked).toContain('--package=git-coo@0.9.1');
    expect(asked[1]).toBe('--yes');
    expect(stdout).toContain('::notice title=COMMIT_UNLISTED::');
    expect(readFileSync(join(bin, 'summary.md'), 'utf8')).toContain('### coo guard: 0 of 1 commits accounted for');
    expect(existsSync(join(clone, 'found.sarif'))).toBe(true);
  });

  it('fails where the findings cannot be written, and says so; what was found is said all the same', () => {
    const { status, stdout, stderr } = run({ COO_BASE: at.id('pinned'), COO_HEAD: at.id('main'), COO_BRANCH: 'work', COO_SARIF: 'nowhere/found.sarif' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^the findings could not be written to \S*nowhere\/found\.sarif: ENOENT/)]);
    expect(stdout).toContain('::notice title=COMMIT_UNLISTED::');
  });

  it('takes no version from the base that is none, and fails where the guard refuses', () => {
    const refused = at.plumb('main', [{ path: '.github/workflows/x.yml', bytes: 'on: push' }, { path: '::stop-commands::tok', bytes: ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789\n'].join('_') }], { who: 'stranger', message: 'workflow' });
    at.git('branch', '-f', 'refused', refused);
    at.git('-C', clone, 'fetch', '-q', 'origin', 'refused');
    const { status, stdout, asked } = run({ COO_BASE: at.id('main'), COO_HEAD: refused, COO_VERSION: '1.2.3' });
    expect(asked).toContain('--package=git-coo@1.2.3');
    expect(status).toBe(3);
    expect(stdout).toContain('::error file=.github/workflows/x.yml,title=PROTECTED_PATH::');
    expect(stdout).toContain('[SECRET]');
    expect(stdout).not.toMatch(/^\s*::stop-commands/m);
  });

  it('begins at the default branch where the branch is new', () => {
    expect(run({ COO_BASE: '0'.repeat(40), COO_HEAD: at.id('main') })).toMatchObject({ status: 0 });
  });

  it('is one that GitHub can read, and hands inputs on as variables alone', () => {
    const text = readFileSync(join(ACTION, 'action.yml'));
    const read = readYaml('action.yml', text);
    expect(read.ok).toBe(true);
    const value = (read.ok ? read.document.value : {}) as { runs: { using: string; steps: { run: string; shell: string }[] } };
    expect(value.runs.using).toBe('composite');
    for (const { run: command, shell } of value.runs.steps) {
      expect(command).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });
});
