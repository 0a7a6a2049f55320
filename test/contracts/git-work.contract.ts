import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Oid } from '../../src/ports/git-store.ts';
import type { GitWork, WorkspaceSpec } from '../../src/ports/git-work.ts';

export type Format = 'sha1' | 'sha256';

/** A repository on disk, and git as a person runs it: with no configuration but the repository's own. */
export interface ScratchRepo {
  readonly folder: string;
  git(...args: readonly string[]): string;
  put(files: Readonly<Record<string, string>>): void;
  read(path: string): string;
  /** Commits everything there is. */
  commit(message: string): Oid;
}

const ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'op', GIT_AUTHOR_EMAIL: 'op@x', GIT_COMMITTER_NAME: 'op', GIT_COMMITTER_EMAIL: 'op@x' };

/** Runs git in a folder; its standard output without the last newline. */
export function gitIn(folder: string, args: readonly string[], input: string | Buffer = ''): string {
  return execFileSync('git', args, { cwd: folder, env: ENV, encoding: 'utf8', input, stdio: 'pipe' }).replace(/\n$/, '');
}

export function scratchRepo(folder: string, format: Format): ScratchRepo {
  mkdirSync(folder, { recursive: true });
  gitIn(folder, ['init', '-q', '-b', 'main', `--object-format=${format}`]);
  return existingRepo(folder);
}

export function existingRepo(folder: string): ScratchRepo {
  const git = (...args: readonly string[]): string => gitIn(folder, args);
  return {
    folder,
    git,
    put(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    commit(message) {
      git('add', '-A');
      git('commit', '-q', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

export interface GitWorkUnderTest {
  readonly work: GitWork;
  readonly repo: ScratchRepo;
  /** An empty folder outside the repository. */
  readonly scratch: string;
}

/** The code that a call fails with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every `GitWork` does, in repositories of both object formats. */
export function gitWorkContract(name: string, format: Format, setUp: () => Promise<GitWorkUnderTest>): void {
  describe(`git work: ${name}`, () => {
    let work: GitWork;
    let repo: ScratchRepo;
    let scratch: string;
    let start: Oid;
    beforeEach(async () => {
      ({ work, repo, scratch } = await setUp());
      repo.put({ 'a.txt': 'one\ntwo\nthree\n', 'lib/b.txt': 'b\n', 'lib/ünï côde.txt': 'u\n', '_report/old': 'r\n', '_bus/in': 'i\n' });
      start = repo.commit('start');
    });
    afterEach(() => work.close());

    const change = async (from: Oid, files: Readonly<Record<string, string>>): Promise<Oid> => {
      const tree = await work.withFiles(await work.treeOf(from), Object.entries(files).map(([path, text]) => ({ path, bytes: bytes(text) })));
      return work.commit({ tree, parents: [from], message: 'change', at_ms: 1_000_000 });
    };
    const inShared = (id: Oid): string => gitIn(repo.folder, ['cat-file', '-t', id]);
    const workspaceOf = async (more: Partial<WorkspaceSpec> = {}): Promise<ScratchRepo> => {
      const folder = join(scratch, 'états de lieu', `w${readdirSync(scratch).length}`);
      await work.workspace({ folder, start, skip: ['_report', '_bus'], quarantine: false, ...more });
      return existingRepo(folder);
    };
    const packOf = (folder: string, tip: Oid, from: Oid | null): string => {
      const file = join(scratch, 'attempt.pack');
      const pack = execFileSync('git', ['pack-objects', '--revs', '--thin', '--stdout', '-q'], { cwd: folder, env: ENV, input: `${tip}\n${from === null ? '' : `^${from}\n`}` });
      writeFileSync(file, pack);
      return file;
    };

    it('knows objects, trees and parents', async () => {
      const tip = await change(start, { 'a.txt': 'x' });
      expect(await work.parentsOf(tip)).toEqual([start]);
      expect(await work.treeOf(start)).toBe(repo.git('rev-parse', `${start}^{tree}`));
      expect(await work.typeOf(tip)).toBe('commit');
      expect(await work.typeOf('0'.repeat(start.length))).toBeNull();
      expect(await codeOf(work.typeOf('HEAD'))).toBe('WORK_NAME_REFUSED');
      expect(await codeOf(work.treeOf(await work.treeOf(start)))).toBe('WORK_OBJECT_WRONG_TYPE');
    });

    it('tells ancestors, near and far', async () => {
      const chain = [start];
      for (let i = 0; i < 80; i += 1) chain.push(await change(chain.at(-1) ?? start, { n: String(i) }));
      const [near, far] = [chain[3] ?? '', chain[80] ?? ''];
      expect(await work.isAncestor(start, start)).toBe(true);
      expect(await work.isAncestor(start, near)).toBe(true);
      expect(await work.isAncestor(near, start)).toBe(false);
      expect(await work.isAncestor(start, far)).toBe(true);
      expect(await work.isAncestor(await change(start, { z: '' }), far)).toBe(false);
    });

    it('makes the same trees as git, and tells what changed', async () => {
      const tip = await change(start, { 'lib.txt': 'sorts between', 'lib/deep/er/é.txt': 'new', 'a.txt': 'changed' });
      await work.promote(tip, [start]);
      repo.git('fsck', '--strict', '--full', tip);
      const expected = repo.git('diff-tree', '-r', '-z', '--name-only', '--no-renames', start, tip).split('\0').filter((path) => path !== '');
      const changes = await work.changes(start, tip);
      expect(changes.map(({ path }) => path)).toEqual(expected);
      expect(changes[0]).toMatchObject({ path: 'a.txt', before_mode: '100644', after_mode: '100644' });
      expect(changes[1]).toMatchObject({ before_mode: '000000', before: null });
      expect(await work.changes(tip, tip)).toEqual([]);
      expect((await work.changes(null, start)).map(({ path }) => path)).toEqual(repo.git('ls-tree', '-r', '-z', '--name-only', start).split('\0').filter((path) => path !== ''));
    });

    it('sees a file become a folder, an executable, a link', async () => {
      repo.git('rm', '-q', 'a.txt');
      repo.put({ 'a.txt/in': 'x' });
      repo.git('update-index', '--chmod=+x', 'lib/b.txt');
      execFileSync('chmod', ['+x', 'lib/b.txt'], { cwd: repo.folder });
      execFileSync('ln', ['-s', '/etc/passwd', 'link'], { cwd: repo.folder });
      const tip = repo.commit('kinds');
      const modes = (await work.changes(start, tip)).map(({ path, before_mode, after_mode }) => `${path} ${before_mode} ${after_mode}`);
      expect(modes).toEqual(['a.txt 100644 000000', 'a.txt/in 000000 100644', 'lib/b.txt 100644 100755', 'link 000000 120000']);
    });

    it('lists entries with sizes, all or below literal paths', async () => {
      expect((await work.entries(start)).map(({ path }) => path)).toEqual(['_bus/in', '_report/old', 'a.txt', 'lib/b.txt', 'lib/ünï côde.txt']);
      expect([await work.names(start, ''), await work.names(start, 'lib/'), await work.names(start, 'a.txt/'), await work.names(start, 'none/')]).toEqual([['_bus', '_report', 'a.txt', 'lib'], ['b.txt', 'ünï côde.txt'], [], []]);
      expect(await work.entries(start, ['lib/b.txt', 'nothing', 'a.txt/x', '../a.txt'])).toMatchObject([{ path: 'lib/b.txt', size: 2, mode: '100644' }]);
      expect((await work.entries(start, ['lib', 'a.txt', 'lib/b.txt'])).map(({ path }) => path)).toEqual(['a.txt', 'lib/b.txt', 'lib/ünï côde.txt']);
    });

    it('reads a blob, but not over the cap', async () => {
      const [entry] = await work.entries(start, ['a.txt']);
      expect(Buffer.from(await work.blob(entry?.id ?? '', 14)).toString()).toBe('one\ntwo\nthree\n');
      expect(await codeOf(work.blob(entry?.id ?? '', 13))).toBe('WORK_OBJECT_TOO_LARGE');
      expect(await codeOf(work.blob(start, 1000))).toBe('WORK_OBJECT_WRONG_TYPE');
    });

    it('refuses paths it cannot put in a tree', async () => {
      for (const path of ['', '/a', '../a', 'a//b', '.git/config', 'lib/.GIT/x', 'a/./b', 'x\0y']) {
        expect(await codeOf(work.withFiles(null, [{ path, bytes: bytes('') }])), path).toBe('WORK_PATH_REFUSED');
      }
      expect(await codeOf(change(start, { 'a.txt/b': '' }))).toBe('WORK_PATH_BLOCKED');
      expect(await codeOf(change(start, { lib: '' }))).toBe('WORK_PATH_BLOCKED');
    });

    it('reports a path that is no UTF-8 instead of mangling it', async () => {
      const blob = gitIn(repo.folder, ['hash-object', '-w', '--stdin'], 'x');
      const tree = gitIn(repo.folder, ['mktree', '-z'], Buffer.concat([Buffer.from(`100644 blob ${blob}\tbad-`), Buffer.of(0xff, 0)]));
      expect(await codeOf(work.changes(null, tree))).toBe('WORK_PATH_NOT_UTF8');
      expect((await work.entries(tree)).map(({ path }) => path)).toEqual([]);
    });

    it('merges: fast forward, three ways, unrelated; a conflict names its paths', async () => {
      const ours = await change(start, { 'a.txt': 'ONE\ntwo\nthree\n' });
      const theirs = await change(start, { 'a.txt': 'one\ntwo\nTHREE\n', 'new é.txt': 'n' });
      expect(await work.merge(start, theirs)).toEqual({ kind: 'merged', tree: await work.treeOf(theirs) });
      expect(await work.merge(theirs, start)).toEqual({ kind: 'merged', tree: await work.treeOf(theirs) });
      expect(await work.merge(ours, ours)).toEqual({ kind: 'merged', tree: await work.treeOf(ours) });
      const merged = await work.merge(ours, theirs);
      const [entry] = await work.entries(merged.kind === 'merged' ? merged.tree : '', ['a.txt']);
      expect(Buffer.from(await work.blob(entry?.id ?? '', 100)).toString()).toBe('ONE\ntwo\nTHREE\n');
      const against = await change(start, { 'a.txt': 'not\nthat\n', 'lib/ünï côde.txt': 'v' });
      const both = await change(start, { 'a.txt': 'this\n', 'lib/ünï côde.txt': 'w' });
      expect(await work.merge(against, both)).toEqual({ kind: 'conflict', paths: ['a.txt', 'lib/ünï côde.txt'] });
      const tree = await work.withFiles(null, [{ path: 'alone.txt', bytes: bytes('x') }]);
      const root = await work.commit({ tree, parents: [], message: 'root', at_ms: 0 });
      const joined = await work.merge(start, root);
      expect((await work.entries(joined.kind === 'merged' ? joined.tree : '')).map(({ path }) => path)).toContain('alone.txt');
      expect(await codeOf(work.merge(start, '1'.repeat(start.length)))).toBe('WORK_OBJECT_ABSENT');
    });

    it('imports what was committed in a workspace', async () => {
      const space = await workspaceOf();
      space.put({ 'out.txt': 'made\n', 'a.txt': 'one\n2\nthree\n' });
      const tip = space.commit('work');
      expect(await work.typeOf(tip)).toBeNull();
      expect(await work.importPack(packOf(space.folder, tip, start), 1_000_000)).toEqual({ kind: 'imported' });
      expect((await work.changes(start, tip)).map(({ path }) => path)).toEqual(['a.txt', 'out.txt']);
      expect(() => inShared(tip)).toThrow();
      await work.promote(tip, [start]);
      expect(inShared(tip)).toBe('commit');
      repo.git('fsck', '--full', '--strict', tip);
    });

    it('refuses a pack that is too large, broken, absent or no file', async () => {
      const space = await workspaceOf();
      space.put({ 'out.txt': 'made\n' });
      const tip = space.commit('work');
      const pack = packOf(space.folder, tip, start);
      const code = async (file: string, max: number): Promise<string> => {
        const result = await work.importPack(file, max);
        return result.kind === 'refused' ? result.code : result.kind;
      };
      expect(await code(pack, 20)).toBe('IMPORT_TOO_LARGE');
      expect(await code(join(scratch, 'none'), 1000)).toBe('IMPORT_ABSENT');
      expect(await code(scratch, 1000)).toBe('IMPORT_ABSENT');
      const whole = readFileSync(pack);
      writeFileSync(pack, whole.subarray(0, whole.length - 25));
      expect(await code(pack, 1_000_000)).toBe('IMPORT_BROKEN');
      // Without the tree, the commit hangs in the air.
      const alone = execFileSync('git', ['pack-objects', '--stdout', '-q'], { cwd: space.folder, env: ENV, input: `${tip}\n` });
      writeFileSync(pack, alone);
      expect(await code(pack, 1_000_000)).toBe('IMPORT_BROKEN');
      expect(await work.typeOf(tip)).toBeNull();
    });

    it('imports a commit made by hand in the repository', async () => {
      repo.put({ 'hand.txt': 'h' });
      const tip = repo.commit('by hand');
      expect(await work.importCommit(tip, start, 1_000_000)).toEqual({ kind: 'imported' });
      expect(await work.importCommit(tip, tip, 1_000_000)).toEqual({ kind: 'imported' });
      expect(await work.importCommit(tip, null, 1_000_000)).toEqual({ kind: 'imported' });
      expect(await work.importCommit(tip, start, 10)).toMatchObject({ code: 'IMPORT_TOO_LARGE' });
      expect(await work.importCommit('main', start, 10)).toMatchObject({ code: 'IMPORT_ABSENT' });
      const dotGit = gitIn(repo.folder, ['mktree'], `040000 tree ${repo.git('rev-parse', `${start}:lib`)}\t.git\n`);
      const planted = repo.git('commit-tree', '-p', start, '-m', 'x', dotGit);
      expect(await work.importCommit(planted, start, 1_000_000)).toMatchObject({ code: 'IMPORT_BROKEN' });
    });

    it('counts lines, and names a change so that a rebase keeps the name', async () => {
      const tip = await change(start, { 'a.txt': 'one\ntwo\nthree\nfour\n', 'lib/b.txt': 'c\n', 'bin': '\0\x01' });
      expect(await work.diffStat(start, tip)).toEqual({ files: 3, added: 2, removed: 1 });
      expect(await work.diffStat(null, start)).toEqual({ files: 5, added: 7, removed: 0 });
      const moved = await change(start, { other: 'o' });
      const again = await change(moved, { 'a.txt': 'one\ntwo\nthree\nfour\n', 'lib/b.txt': 'c\n', 'bin': '\0\x01' });
      const id = await work.patchId(start, tip);
      expect(id).toMatch(/^[0-9a-f]{40,64}$/);
      expect(await work.patchId(moved, again)).toBe(id);
      expect(await work.patchId(start, await change(start, { 'a.txt': 'one\ntwo\nthree\nfour\n', 'lib/b.txt': 'c\n', 'bin': '\0\x02' }))).not.toBe(id);
      expect(await work.patchId(start, await change(start, { 'lib/b.txt': 'b \n' }))).not.toBe(await work.patchId(start, await change(start, { 'lib/b.txt': 'b  \n' })));
      expect(await work.patchId(tip, tip)).toBeNull();
    });

    it('promotes many objects as well as few, merges included', async () => {
      const files = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`many/${String(i % 7)}/f${String(i)}`, String(i)]));
      const many = await change(start, files);
      const few = await change(start, { few: 'f' });
      const merged = await work.merge(many, few);
      const tip = await work.commit({ tree: merged.kind === 'merged' ? merged.tree : '', parents: [many, few], message: 'merge', at_ms: 0 });
      await work.promote(few, [start]);
      await work.promote(many, [start]);
      await work.promote(tip, [many]);
      await work.promote(tip, [tip]);
      repo.git('fsck', '--full', '--strict', tip);
      repo.git('reset', '-q', '--hard', tip);
      expect(repo.read('many/3/f3')).toBe('3');
    });

    it('gives a workspace that a plain git can work in', async () => {
      const space = await workspaceOf();
      expect(readdirSync(space.folder).toSorted()).toEqual(['.git', 'a.txt', 'lib']);
      expect(space.git('status', '--porcelain')).toBe('');
      expect(space.git('symbolic-ref', 'HEAD')).toBe('refs/heads/work');
      expect(space.git('remote')).toBe('');
      space.put({ 'lib/b.txt': 'changed\n', '_report/mine': 'ignored' });
      const tip = space.commit('work');
      expect(space.git('diff-tree', '-r', '--name-only', start, tip)).toBe('lib/b.txt');
      space.git('reset', '-q', '--hard', start);
      expect(space.git('status', '--porcelain')).toBe('');
      expect(await codeOf(work.workspace({ folder: space.folder, start, skip: [], quarantine: false }))).toBe('WORK_FOLDER_EXISTS');
    });

    it('gives a workspace without a start, and one of another tree', async () => {
      const empty = await workspaceOf({ start: null });
      expect(readdirSync(empty.folder)).toEqual(['.git']);
      empty.put({ first: 'x' });
      const root = empty.commit('first');
      expect(await work.importPack(packOf(empty.folder, root, null), 100_000)).toEqual({ kind: 'imported' });
      const candidate = await work.withFiles(await work.treeOf(start), [{ path: 'c.txt', bytes: bytes('c') }]);
      const checks = await workspaceOf({ tree: candidate, quarantine: true, skip: [] });
      expect(checks.read('c.txt')).toBe('c');
      expect(checks.read('_report/old')).toBe('r\n');
      expect(checks.git('rev-parse', 'HEAD')).toBe(start);
      expect(checks.git('status', '--porcelain')).toBe('A  c.txt');
      await work.workspace({ folder: join(scratch, 'born'), start: null, tree: candidate, skip: [], quarantine: true });
      expect(readdirSync(join(scratch, 'born'))).toContain('c.txt');
    });

    it('keeps a tip under a rescue ref, and each one before that it does not contain', async () => {
      const tip = await change(start, { late: 'l' });
      await work.rescue('hello.greet.1', tip);
      await work.rescue('hello.greet.1', tip);
      expect(repo.git('rev-parse', 'refs/coo/rescue/hello.greet.1')).toBe(tip);
      repo.git('fsck', '--full', '--strict');
      const kept = (): string => repo.git('for-each-ref', '--format=%(refname:lstrip=3) %(objectname)', 'refs/coo/rescue/hello.*');
      await work.rescue('hello.greet.1', start);
      expect(kept()).toBe(`hello.greet.1 ${tip}`);
      const others = [await change(start, { other: 'o' }), await change(start, { third: 't' })];
      for (const other of others) await work.rescue('hello.greet.1', other);
      expect(kept()).toBe(`hello.greet.1 ${others[1] ?? ''}\nhello.greet.1.1 ${tip}\nhello.greet.1.2 ${others[0] ?? ''}`);
      const next = await change(others[1] ?? '', { more: 'm' });
      await work.rescue('hello.greet.1', next);
      expect(kept()).toContain(`hello.greet.1 ${next}\n`);
      expect(kept().split('\n')).toHaveLength(3);
      for (const name of ['', '../x', 'a..b', 'a.lock', '-x', 'a/b']) expect(await codeOf(work.rescue(name, tip)), name).toBe('WORK_NAME_REFUSED');
    });

    it(`has ids of the repository's format`, () => {
      expect(start).toHaveLength(format === 'sha1' ? 40 : 64);
    });
  });
}
