import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';

const PLAN = `plan_id: hello
title: Say hello, then check it
steps:
  - step_id: greet
    objective: write the greeting
    commands: ["echo hello > greeting.txt"]
    outputs: [greeting.txt]
  - step_id: check
    objective: check the greeting
    depends_on: [greet]
    commands: [["grep", "-q", "hello", "greeting.txt"]]
`;

let place: Scratch;
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

function repository(name = 'repo', ...options: readonly string[]): string {
  const folder = join(place.top, name);
  mkdirSync(folder, { recursive: true });
  place.git(folder, 'init', '-q', '-b', 'main', ...options);
  place.write(join(folder, 'a.txt'), 'one\n');
  place.git(folder, 'add', '.');
  place.git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

/** The whole job there: init, plan, run, verify; and init again makes nothing. */
async function wholeJob(folder: string, target = 'main'): Promise<void> {
  const init = await place.coo(folder, 'init', '--yes', '--json');
  expect(init, init.stdout + init.stderr).toMatchObject({ code: 0 });
  place.write(join(folder, '_plans/hello.plan.yaml'), PLAN);
  const run = await place.coo(folder, 'run', '--until-idle', '--json');
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const status = JSON.parse((await place.coo(folder, 'status', '--json')).stdout) as { plans: { plan_id: string; state: string }[] };
  expect(status.plans).toMatchObject([{ plan_id: 'hello', state: 'done' }]);
  const verified = await place.coo(folder, 'verify', '--json');
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, receipts: 2, findings: [] });
  expect(place.git(folder, 'show', `${target}:greeting.txt`)).toBe('hello');
  const again = JSON.parse((await place.coo(folder, 'init', '--yes', '--json')).stdout) as { made: string[] };
  expect(again.made).toEqual([]);
}

describe('a repository that has something where coo needs its own', () => {
  it('a file or a link in the place of a folder, a branch in that of the ledger: said, with what to type, and init goes on after it', async () => {
    const folder = repository();
    place.write(join(folder, '_bus'), 'mine\n');
    expect(await place.coo(folder, 'init', '--yes')).toMatchObject({ code: 1, stderr: expect.stringMatching(/_bus is a file, and coo needs a folder .*\[FOLDER_TAKEN\]\n.*mv _bus _bus\.old; then: coo init/) as string });
    renameSync(join(folder, '_bus'), join(folder, '_bus.old'));
    symlinkSync(place.top, join(folder, '_plans'));
    expect(await place.coo(folder, 'init', '--yes')).toMatchObject({ code: 1, stderr: expect.stringMatching(/_plans is a symlink, .*links are not followed \[FOLDER_TAKEN\]/) as string });
    renameSync(join(folder, '_plans'), join(folder, '_plans.old'));
    place.git(folder, 'branch', 'coo/ledger');
    expect(await place.coo(folder, 'init', '--yes')).toMatchObject({ code: 7, stderr: expect.stringMatching(/a branch coo\/ledger stands where coo keeps its ledger.*\[LEDGER_FOREIGN\][^]*git branch -m coo\/ledger <new name>; then: coo init/) as string });
    place.git(folder, 'branch', '-m', 'coo/ledger', 'books');
    await wholeJob(folder);
  });

  it('a coo.yaml that was removed comes back as the ledger took it; a clone that is not the home is not told of one of its own', async () => {
    const folder = repository();
    expect(await place.coo(folder, 'init', '--yes')).toMatchObject({ code: 0 });
    const org = join(folder, '_plans/coo.yaml');
    const text = readFileSync(org, 'utf8');
    rmSync(org);
    expect(await place.coo(folder, 'init', '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('_plans/coo.yaml, as the ledger has it') as string });
    expect(readFileSync(org, 'utf8')).toBe(text);
    const clone = join(place.top, 'clone');
    place.git(place.top, 'clone', '-q', folder, clone);
    expect(await place.coo(clone, 'init', '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining("stand in its home's _plans/coo.yaml") as string });
  });
});

describe('a repository', () => {
  it('with uncommitted changes keeps them', async () => {
    const folder = repository();
    place.write(join(folder, 'a.txt'), 'edited\n');
    place.write(join(folder, 'staged.txt'), 'staged\n');
    place.git(folder, 'add', 'staged.txt');
    await wholeJob(folder);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('edited\n');
    expect(readFileSync(join(folder, 'greeting.txt'), 'utf8')).toBe('hello\n');
    expect(place.git(folder, 'status', '--porcelain').split('\n').sort()).toEqual(['?? _plans/', 'A  staged.txt', 'M a.txt'].sort());
  });

  it('with failing hooks and commit signing is not disturbed by them', async () => {
    const folder = repository();
    for (const hook of ['pre-commit', 'commit-msg', 'reference-transaction', 'post-checkout', 'pre-push']) {
      place.write(join(folder, '.git/hooks', hook), '#!/bin/sh\necho hook >> "$HOME/fired"\nexit 1\n');
      place.git(folder, 'config', 'commit.gpgsign', 'true');
      place.git(folder, 'config', 'user.signingkey', 'nobody');
    }
    await wholeJob(folder);
    expect(existsSync(join(place.home, 'fired'))).toBe(false);
  });

  it('with autocrlf and eol attributes keeps its conversions', async () => {
    const folder = repository();
    place.git(folder, 'config', 'core.autocrlf', 'true');
    place.write(join(folder, '.gitattributes'), '* text=auto eol=crlf\n*.bin -text\n');
    place.git(folder, 'add', '.gitattributes');
    place.git(folder, 'commit', '-q', '-m', 'attributes');
    await wholeJob(folder);
    expect(place.git(folder, 'cat-file', 'blob', 'main:greeting.txt')).toBe('hello');
    expect(readFileSync(join(folder, 'greeting.txt'), 'utf8')).toBe('hello\r\n');
    expect(place.git(folder, 'status', '--porcelain')).toBe('?? _plans/');
  });

  it('with a submodule', async () => {
    const inner = repository('inner');
    const folder = repository('outer');
    place.git(folder, 'submodule', '--quiet', 'add', inner, 'sub');
    place.git(folder, 'commit', '-q', '-m', 'submodule');
    await wholeJob(folder);
    expect(place.git(folder, 'ls-tree', 'main', 'sub')).toMatch(/^160000 commit/);
  });

  it('seen from a linked worktree', async () => {
    const folder = repository();
    const linked = join(place.top, 'linked');
    place.git(folder, 'worktree', 'add', '-q', '-b', 'side', linked);
    await wholeJob(linked, 'side');
    expect(existsSync(join(linked, 'greeting.txt'))).toBe(true);
    expect(existsSync(join(folder, 'greeting.txt'))).toBe(false);
  });

  it('with a detached HEAD works for the default branch', async () => {
    const folder = repository();
    place.git(folder, 'checkout', '-q', '--detach');
    await wholeJob(folder);
    expect(existsSync(join(folder, 'greeting.txt'))).toBe(false);
  });

  it('with SHA-256 objects', async () => {
    await wholeJob(repository('repo', '--object-format=sha256'));
  });

  it('without an identity', async () => {
    const folder = repository();
    place.write(join(place.home, '.gitconfig'), '[user]\n\tuseConfigOnly = true\n');
    await wholeJob(folder);
  });

  it('without a commit yet: integration creates the branch, files included', async () => {
    const folder = join(place.top, 'unborn');
    mkdirSync(folder);
    place.git(folder, 'init', '-q', '-b', 'main');
    await wholeJob(folder);
    expect(readFileSync(join(folder, 'greeting.txt'), 'utf8')).toBe('hello\n');
    expect(place.git(folder, 'status', '--porcelain')).toBe('?? _plans/');
  });

  it('whose only commit is empty, and of which nothing but receipts comes: git add stumbled over a tree of skipped files alone', async () => {
    const folder = join(place.top, 'empty');
    mkdirSync(folder);
    place.git(folder, 'init', '-q', '-b', 'main');
    place.git(folder, 'commit', '-q', '--allow-empty', '-m', 'first');
    expect((await place.coo(folder, 'init', '--yes')).code).toBe(0);
    place.write(join(folder, '_plans/p.plan.yaml'), 'plan_id: p\ntitle: p\nsteps:\n  - {step_id: a, objective: a, commands: ["true"]}\n  - {step_id: b, objective: b, depends_on: [a], commands: ["true"], retry: {max: 0}}\n');
    expect((await place.coo(folder, 'run', '--until-idle')).code).toBe(0);
  });

  it('at a path with spaces and Unicode', async () => {
    await wholeJob(repository('mein Projekt – Ünïcødé 项目'));
  });

  it('where another branch is checked out later', async () => {
    const folder = repository();
    expect((await place.coo(folder, 'init', '--yes')).code).toBe(0);
    place.git(folder, 'checkout', '-q', '-b', 'elsewhere');
    await wholeJob(folder);
    expect(existsSync(join(folder, 'greeting.txt'))).toBe(false);
    expect(place.git(folder, 'rev-parse', 'elsewhere')).not.toBe(place.git(folder, 'rev-parse', 'main'));
  });

  it('with a branch named coo gets another prefix', async () => {
    const folder = repository();
    place.git(folder, 'branch', 'coo');
    await wholeJob(folder);
    expect(place.git(folder, 'for-each-ref', '--format=%(refname)', 'refs/heads/coo-agents')).toContain('refs/heads/coo-agents/ledger');
  });

  it('that is a shallow clone is refused with the fix', async () => {
    const origin = repository('origin');
    place.write(join(origin, 'b.txt'), 'two\n');
    place.git(origin, 'add', '.');
    place.git(origin, 'commit', '-q', '-m', 'second');
    place.git(place.top, 'clone', '-q', '--depth', '1', `file://${origin}`, 'shallow');
    const init = await place.coo(join(place.top, 'shallow'), 'init', '--yes', '--json');
    expect(init.code).toBe(1);
    expect(JSON.parse(init.stdout)).toMatchObject({ schema: 'coo/error.v1', code: 'SHALLOW_CLONE', fix: 'git fetch --unshallow' });
  });

  it('that is none is refused', async () => {
    const init = await place.coo(place.top, 'init', '--yes', '--json');
    expect(JSON.parse(init.stdout)).toMatchObject({ code: 'GIT_NOT_A_REPOSITORY' });
  });
});
