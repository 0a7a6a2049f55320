import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hookScript, isOurs, snippetFor } from '../../src/app/operations/hook-script.ts';
import type { Hooks } from '../../src/app/operations/hooks.ts';
import { readYaml } from '../../src/format/yaml.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

const TOKEN = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789\n'].join('_');

describe('coo hooks', () => {
  let at: Scratch;
  let repo: string;
  beforeEach(async () => {
    at = scratch();
    repo = await at.project();
  });
  afterEach(() => at.remove());

  async function hooks(...args: readonly string[]): Promise<Hooks> {
    const { code, stdout, stderr } = await at.coo(repo, 'hooks', ...args, '--json');
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
    return JSON.parse(stdout) as Hooks;
  }
  const statesOf = (said: Hooks): Record<string, string> => Object.fromEntries(said.hooks.map(({ hook, state }) => [hook, state]));
  function commit(file: string, text: string): { readonly status: number | null; readonly stderr: string } {
    writeFileSync(join(repo, file), text);
    at.git(repo, 'add', file);
    return spawnSync('git', ['commit', '-q', '-m', file], { cwd: repo, env: at.env, encoding: 'utf8' });
  }
  function put(path: string, text: string, mode = 0o755): void {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), text);
    chmodSync(join(repo, path), mode);
  }

  it('are put in, refuse what the guard refuses, and are taken away without a trace', async () => {
    const names = existsSync(join(repo, '.git/hooks')) ? readdirSync(join(repo, '.git/hooks')) : [];
    expect(await hooks('status')).toMatchObject({ keeper: 'git', changed: [], hooks: [{ hook: 'pre-commit', state: 'absent' }, { hook: 'pre-push', state: 'absent' }] });
    expect(await hooks('install')).toMatchObject({ changed: ['pre-commit', 'pre-push'], hooks: [{ state: 'installed' }, { state: 'installed' }] });
    expect((await hooks('install')).changed).toEqual([]);
    expect(commit('good.txt', 'good\n').status).toBe(0);
    const refused = commit('bad.txt', TOKEN);
    expect(refused.status).not.toBe(0);
    expect(refused.stderr + at.git(repo, 'status', '--short')).toContain('bad.txt');
    expect(at.git(repo, 'log', '-1', '--format=%s')).toBe('good.txt');
    at.git(repo, 'reset', '-q');
    // Git commits these from an index of its own, which the hook is told of.
    writeFileSync(join(repo, 'good.txt'), TOKEN);
    expect(spawnSync('git', ['commit', '-q', '-a', '-m', 'all'], { cwd: repo, env: at.env }).status).not.toBe(0);
    expect(spawnSync('git', ['commit', '-q', '-m', 'one', 'good.txt'], { cwd: repo, env: at.env }).status).not.toBe(0);
    at.git(repo, 'checkout', '-q', 'good.txt');
    expect((await hooks('remove')).changed).toEqual(['pre-commit', 'pre-push']);
    expect(readdirSync(join(repo, '.git/hooks'))).toEqual(names);
    expect(commit('bad.txt', TOKEN).status).toBe(0);
  });

  it('let a plain hook run first, and put it back byte for byte', async () => {
    const text = '#!/bin/sh\necho ran >> "$(git rev-parse --git-dir)/ran"\n[ ! -e stop ]\n';
    put('.git/hooks/pre-commit', text, 0o750);
    expect(statesOf(await hooks('status'))).toEqual({ 'pre-commit': 'other', 'pre-push': 'absent' });
    expect(statesOf(await hooks('install'))).toEqual({ 'pre-commit': 'chained', 'pre-push': 'installed' });
    expect(commit('good.txt', 'good\n').status).toBe(0);
    expect(commit('bad.txt', TOKEN).status).not.toBe(0);
    at.git(repo, 'reset', '-q');
    writeFileSync(join(repo, 'stop'), '');
    expect(commit('other.txt', 'x\n').status).not.toBe(0);
    expect(readFileSync(join(repo, '.git/ran'), 'utf8')).toBe('ran\nran\nran\n');
    await hooks('remove');
    expect(readFileSync(join(repo, '.git/hooks/pre-commit'), 'utf8')).toBe(text);
    expect(statSync(join(repo, '.git/hooks/pre-commit')).mode & 0o777).toBe(0o750);
    expect(existsSync(join(repo, '.git/hooks/pre-commit.before-coo'))).toBe(false);
  });

  it("give a plain pre-push hook git's lines and arguments, and judge the push themselves", async () => {
    put('.git/hooks/pre-push', '#!/bin/sh\necho "$1" > said\ncat >> said\n');
    await hooks('install');
    const remote = join(at.top, 'remote.git');
    at.git(repo, 'init', '-q', '--bare', remote);
    at.git(repo, 'remote', 'add', 'origin', remote);
    at.git(repo, 'push', '-q', 'origin', 'main');
    const head = at.git(repo, 'rev-parse', 'HEAD');
    expect(readFileSync(join(repo, 'said'), 'utf8')).toBe(`origin\nrefs/heads/main ${head} refs/heads/main ${'0'.repeat(40)}\n`);
    at.git(repo, '-c', 'user.email=stranger@example.com', 'commit', '-q', '--allow-empty', '-m', 'raw');
    const refused = spawnSync('git', ['push', '-q', 'origin', 'HEAD:refs/heads/coo/hello'], { cwd: repo, env: at.env, encoding: 'utf8' });
    expect(refused.stdout).toContain('[COMMIT_UNACCOUNTED]');
    expect(at.git(repo, 'ls-remote', 'origin', 'refs/heads/coo/hello')).toBe('');
    at.git(repo, 'push', '-q', 'origin', 'coo/ledger');
  });

  it.each([
    { keeper: 'husky', makes: (): void => { put('.husky/_/pre-commit', '#!/bin/sh\n'); at.git(repo, 'config', 'core.hooksPath', '.husky/_'); } },
    { keeper: 'hooks-path', makes: (): void => { put('tools/hooks/pre-commit', '#!/bin/sh\n'); at.git(repo, 'config', 'core.hooksPath', 'tools/hooks'); } },
    { keeper: 'lefthook', makes: (): void => put('lefthook.yml', 'pre-commit: {}\n', 0o644) },
    { keeper: 'pre-commit', makes: (): void => put('.git/hooks/pre-commit', '#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n') },
  ])('leave those of $keeper alone, and show what to add', async ({ keeper, makes }) => {
    makes();
    const before = at.git(repo, 'status', '--short', '--ignored') + readdirSync(join(repo, '.git')).join();
    const said = await hooks('install');
    expect(said).toMatchObject({ keeper, changed: [], hooks: [{ state: 'offered', snippet: expect.stringContaining('coo guard pre-commit') as string }, { state: 'offered' }] });
    expect(at.git(repo, 'status', '--short', '--ignored') + readdirSync(join(repo, '.git')).join()).toBe(before);
  });

  it.each([['husky', 'pre-push'], ['lefthook', 'pre-push'], ['hooks-path', 'pre-commit'], ['pre-commit', 'pre-commit']] as const)('what is to be added to %s goes on without coo, with one line, and stops with the guard', (keeper, hook) => {
    const [, ...lines] = snippetFor(keeper, hook).split('\n');
    const yaml = keeper === 'pre-commit' ? ['repos:', ...lines] : lines;
    if (keeper === 'lefthook' || keeper === 'pre-commit') expect(readYaml('f.yaml', Buffer.from(yaml.join('\n')))).toMatchObject({ ok: true });
    const bin = join(at.top, 'bin');
    // What comes after it in a script that does not stop by itself.
    const run = (): SpawnSyncReturns<string> => spawnSync('sh', ['-c', `${lines.find((one) => one.includes('command -v'))?.trim() ?? ''}${keeper === 'hooks-path' ? '\ntrue' : ''}`], { env: { PATH: `${bin}:/usr/bin:/bin` }, encoding: 'utf8' });
    const without = run();
    expect([without.status, without.stdout, without.stderr]).toEqual([0, '', 'coo is not on this machine: its rules were not run here, and CI decides\n']);
    mkdirSync(bin);
    for (const code of [0, 3]) {
      writeFileSync(join(bin, 'coo'), `#!/bin/sh\necho "$@"\nexit ${String(code)}\n`, { mode: 0o755 });
      expect(run()).toMatchObject({ status: code === 0 ? 0 : 1, stdout: `guard ${hook}\n` });
    }
  });

  it('leave a link alone, and one that somebody changed', async () => {
    put('hook.sh', '#!/bin/sh\n');
    mkdirSync(join(repo, '.git/hooks'), { recursive: true });
    symlinkSync('../../hook.sh', join(repo, '.git/hooks/pre-commit'));
    const { code, stdout } = await at.coo(repo, 'hooks', 'install', '--json');
    expect([code, (JSON.parse(stdout) as { code: string }).code]).toEqual([1, 'HOOK_NOT_PLAIN']);
    rmSync(join(repo, '.git/hooks/pre-commit'));
    await hooks('install');
    const path = join(repo, '.git/hooks/pre-commit');
    writeFileSync(path, `${readFileSync(path, 'utf8')}echo mine\n`);
    expect((await hooks('remove')).changed).toEqual(['pre-push']);
    expect(readFileSync(path, 'utf8')).toContain('echo mine');
  });

  it('put pre-receive into a bare repository', async () => {
    const bare = join(at.top, 'bare.git');
    at.git(repo, 'clone', '-q', '--bare', '--no-local', '.', bare);
    const { stdout } = await at.coo(bare, 'hooks', 'install', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ hooks: [{ hook: 'pre-receive', state: 'installed' }], changed: ['pre-receive'] });
    expect(() => at.git(repo, 'push', '-q', bare, ':refs/heads/coo/ledger')).toThrow('LEDGER_DELETED');
  });

  it.each(['pre-commit', 'pre-push', 'pre-receive'] as const)('%s on a machine without coo says one line and lets git go on', (hook) => {
    const path = join(at.top, hook);
    writeFileSync(path, hookScript(hook, ["/no/such/no'de", '/no/such/coo.js']), { mode: 0o755 });
    // A PATH with git's tools and no coo.
    const ran = spawnSync('sh', [path], { cwd: repo, env: { ...at.env, PATH: '/usr/bin:/bin' }, input: '', encoding: 'utf8' });
    expect([ran.status, ran.stdout]).toEqual([0, '']);
    expect(ran.stderr.trim().split('\n')).toEqual(['coo is not on this machine: its rules were not run here, and CI decides']);
    expect(isOurs(hook, readFileSync(path, 'utf8'))).toBe(true);
    expect(isOurs(hook, `${readFileSync(path, 'utf8')}\n`)).toBe(false);
  });
});
