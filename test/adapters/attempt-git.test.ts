// A seal follows nothing that an attempt wrote into its `.git`: no program of its runs, no other folder is read, and files are told from what it did to git's own.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attemptGit } from '../../src/adapters/attempt-git/attempt-git.ts';
import { openGitWork } from '../../src/adapters/git-work/open.ts';
import type { SealedChange } from '../../src/ports/attempt-git.ts';
import type { Oid } from '../../src/ports/git-store.ts';
import type { GitWork } from '../../src/ports/git-work.ts';
import { scratchRepo } from '../contracts/git-work.contract.ts';
import type { ScratchRepo } from '../contracts/git-work.contract.ts';
import { fakeRandom } from '../support/fake-random.ts';
import { SEARCH_PATH } from '../support/repo.ts';

const root = mkdtempSync(join(tmpdir(), 'coo-attempt-git-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SKIPPED = ['_report', '_bus'];
const GIT = 'git -c user.name=w -c user.email=w@localhost';
const cell = { wrap: ({ argv, env }: { readonly argv: readonly [string, ...string[]]; readonly env: Readonly<Record<string, string>> }) => ({ argv, env }) };

/** What is planted, with `$P` to be run and `$E` a folder elsewhere, and what is changed beside. */
const RUN: Readonly<Record<string, string>> = {
  'filter.clean': 'git config filter.evil.clean "$P"; echo "* filter=evil" > .git/info/attributes',
  'filter.process, required': 'git config filter.evil.process "$P"; git config filter.evil.required true; echo "* filter=evil" > .git/info/attributes',
  'a filter that .gitattributes names': 'git config filter.evil.clean "$P"; : > .git/info/attributes; echo "*.txt filter=evil" > .gitattributes',
  'a filter of the user': 'git config --global filter.evil.clean "$P"; : > .git/info/attributes; echo "*.txt filter=evil" > .gitattributes',
  'attributes of the user': 'git config --global filter.evil.clean "$P"; git config --global core.attributesFile "$HOME/attributes"; echo "* filter=evil" > "$HOME/attributes"; : > .git/info/attributes',
  'a filter of a nested repository': `git init -q sub; cd sub; echo x > x; ${GIT} add x; ${GIT} commit -qm x; cd ..; ${GIT} add sub 2> /dev/null; ${GIT} commit -qm sub; cd sub; git config filter.evil.clean "$P"; echo "* filter=evil" > .git/info/attributes; echo z > x; cd ..`,
  'core.fsmonitor': 'git config core.fsmonitor "$P"',
  'hooks': 'mkdir -p .git/hooks; for h in post-index-change reference-transaction pre-commit; do cp "$P" .git/hooks/$h; done',
  'configuration that is included': 'printf "[core]\\n\\tfsmonitor = %s\\n[filter \\"evil\\"]\\n\\tclean = %s\\n" "$P" "$P" > .git/more; git config include.path more; echo "* filter=evil" > .git/info/attributes',
};

/** What an attempt may do to its `.git` and its change is sealed all the same. */
const HARMLESS: Readonly<Record<string, string>> = {
  'core.worktree elsewhere': 'git config core.worktree "$E"',
  'its index removed': 'rm .git/index',
  'a folder in place of its index': 'rm .git/index; mkdir .git/index',
  'a torn index': 'echo nonsense > .git/index',
  'a FIFO as its index': 'rm .git/index; mkfifo .git/index',
  'a lock on its index': ': > .git/index.lock',
  'a forged cache of untracked files': 'git config core.untrackedCache true; git update-index --untracked-cache; git status > /dev/null',
  'a split index': 'git update-index --split-index',
  'info/exclude as a folder': 'rm .git/info/exclude; mkdir .git/info/exclude',
  'no .git/info': 'rm -r .git/info',
  'a configuration that is none': 'echo nonsense > .git/config',
  'nothing marked as skipped': 'git update-index --no-skip-worktree _report/old.json',
  'a commit of its own': `echo c > c.txt; ${GIT} add c.txt; ${GIT} commit -qm mine; rm c.txt`,
  'a detached HEAD': 'git checkout -q --detach',
  'a branch that is not born': 'git checkout -q --orphan other',
};

/** What cannot be sealed, and what is said of it. */
const BROKEN: Readonly<Record<string, readonly [did: string, said: RegExp]>> = {
  '.git removed': ['rm -rf .git', /^the attempt removed the workspace's \.git$/],
  '.git as a link': ['mv .git "$E/real"; ln -s "$E/real" .git', /^the workspace's \.git is a link, where a folder was$/],
  '.git as a file': ['mv .git real; echo "gitdir: real" > .git', /^the workspace's \.git is a file, where a folder was$/],
  '.git made anew': ['rm -rf .git; git init -q', /^the attempt replaced the workspace's \.git: the commit that it began with is not in it$/],
  'HEAD removed': ['rm .git/HEAD', /^the attempt removed the workspace's \.git\/HEAD$/],
  'HEAD is nonsense': ['echo nonsense > .git/HEAD', /^the workspace's \.git\/HEAD names neither a branch nor a commit$/],
  'HEAD as a link': ['mv .git/HEAD "$E/HEAD"; ln -s "$E/HEAD" .git/HEAD', /^the workspace's \.git\/HEAD is a link, where a file was$/],
  'its objects elsewhere': ['mv .git/objects "$E/objects"; ln -s "$E/objects" .git/objects', /^the workspace's \.git\/objects is a link, where a folder was$/],
  'no refs': ['rm -r .git/refs', /^the attempt removed the workspace's \.git\/refs$/],
};

describe.each(['sha1', 'sha256'] as const)('the seal of a workspace in %s', (format) => {
  let scratch: string;
  let repo: ScratchRepo;
  let work: GitWork;
  let start: Oid;
  let folder: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    scratch = mkdtempSync(join(root, 't-'));
    repo = scratchRepo(join(scratch, 'repo'), format);
    repo.put({ 'a.txt': 'one\n', 'gone.txt': 'g\n', '_report/old.json': '{}\n', '.gitignore': 'ignored.txt\n' });
    start = repo.commit('start');
    const owner = { boot: 'b', host: 'h', pidns: 'n', pid: 1, started: '1', nonce: 'x' };
    work = await openGitWork({ folder: repo.folder, searchPath: SEARCH_PATH, clock: { now: () => 0 }, random: fakeRandom(), processes: { self: () => owner, life: () => 'alive', killTree: () => Promise.resolve([]) } });
    folder = join(scratch, 'w');
    await work.workspace({ folder, start, skip: SKIPPED, quarantine: false });
    for (const name of ['home', 'elsewhere']) mkdirSync(join(scratch, name));
    writeFileSync(join(scratch, 'elsewhere', 'foreign.txt'), 'f\n');
    const program = join(scratch, 'payload');
    writeFileSync(program, `#!/bin/sh\n[ -n "$MAY_RUN" ] || echo "$0 $*" >> '${join(scratch, 'fired')}'\ncat\n`);
    chmodSync(program, 0o755);
    env = { PATH: SEARCH_PATH, HOME: join(scratch, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  });
  afterEach(() => work.close());

  /** As an attempt does it, in its own process tree. */
  const does = (command: string): void => void execFileSync('sh', ['-ec', command], { cwd: folder, env: { ...env, P: join(scratch, 'payload'), E: join(scratch, 'elsewhere'), MAY_RUN: '1', GIT_DEFAULT_HASH: format } });
  const seal = async (outputs: readonly string[] = []): Promise<SealedChange> => attemptGit(format).seal({ cell, folder, start, message: 'm', author: 'dev', outputs, skipped: SKIPPED, env });
  const inRepo = (...args: readonly string[]): string => execFileSync('git', args, { cwd: repo.folder, env: { ...env, HOME: '/nonexistent' }, encoding: 'utf8' });
  /** What the repository has of a sealed commit, through pack and import. */
  const changed = async ({ commit }: SealedChange): Promise<readonly string[]> => {
    const file = join(scratch, 'change.pack');
    expect(await attemptGit(format).pack({ cell, folder, start, tip: commit ?? '', file, env })).toBe(true);
    expect(await work.importPack(file, 1_000_000)).toEqual({ kind: 'imported' });
    return (await work.changes(start, commit)).map(({ path }) => path);
  };
  const CHANGE = 'echo two > a.txt; rm gone.txt; echo n > new.txt; echo i > ignored.txt';

  it.each(Object.entries(RUN))('runs nothing: %s', async (_, plant) => {
    does(`${plant}; ${CHANGE}`);
    const sealed = await seal(['ignored.txt']);
    const texts = await attemptGit(format).added({ cell, folder, start, tip: sealed.commit ?? '', env });
    await attemptGit(format).others({ cell, folder, env });
    expect(texts.map(({ path }) => path)).toContain('new.txt');
    expect(await changed(sealed)).toEqual(expect.arrayContaining(['a.txt', 'gone.txt', 'ignored.txt', 'new.txt']));
    expect(existsSync(join(scratch, 'fired')) ? readFileSync(join(scratch, 'fired'), 'utf8') : '').toBe('');
  });

  it('tells what a file in UTF-16 adds as one text, under its name', async () => {
    does(`printf 'k\\0e\\0y\\0 \\0=\\0 \\0v\\0\\n\\0' > wide.txt`);
    const { commit } = await seal();
    const texts = await attemptGit(format).added({ cell, folder, start, tip: commit ?? '', env });
    expect(texts.find(({ path }) => path === 'wide.txt')?.text).toContain('k\0e\0y\0 \0=\0 \0v');
  });

  it.each(Object.entries(HARMLESS))('takes what changed, and nothing else: %s', async (_, did) => {
    does(`${CHANGE}; ${did}`);
    expect(await changed(await seal())).toEqual(['a.txt', 'gone.txt', 'new.txt']);
    expect(inRepo('status', '--porcelain')).toBe('');
    expect(readdirSync(join(folder, '.git')).filter((name) => name.startsWith('seal'))).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('says what was done: %s', async (_, [did, said]) => {
    does(`${CHANGE}; ${did}`);
    await expect(seal()).rejects.toThrow(expect.objectContaining({ code: 'ATTEMPT_GIT', message: expect.stringMatching(said) as string }) as Error);
  });

  it('leaves the workspace as after a commit: clean, its branch on what was sealed, and sealed again the same', async () => {
    does(CHANGE);
    const sealed = await seal();
    const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();
    expect([git('status', '--porcelain'), git('rev-parse', 'refs/heads/work')]).toEqual(['', sealed.commit]);
    expect(await seal()).toEqual(sealed);
  });

  it('a nested repository that has a new commit is taken with it, one that was taken away goes', async () => {
    does(`for s in kept lost; do git init -q $s; cd $s; ${GIT} commit -q --allow-empty -m one; cd ..; done; ${GIT} add kept lost 2> /dev/null; ${GIT} commit -qm both; cd kept; ${GIT} commit -q --allow-empty -m two; cd ..; rm -rf lost`);
    const { commit } = await seal();
    const listed = execFileSync('git', ['ls-tree', commit ?? ''], { cwd: folder, env, encoding: 'utf8' });
    const head = execFileSync('git', ['-C', 'kept', 'rev-parse', 'HEAD'], { cwd: folder, env, encoding: 'utf8' }).trim();
    expect(listed.split('\n').filter((line) => line.startsWith('160000'))).toEqual([`160000 commit ${head}\tkept`]);
  });
});
