import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { openGitWork } from '../../src/adapters/git-work/open.ts';
import type { GitWorkOptions } from '../../src/adapters/git-work/open.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { systemRandom } from '../../src/adapters/random/system-random.ts';
import type { Oid } from '../../src/ports/git-store.ts';
import type { GitWork, InTheWay, PreparedMove, ResumedMoves } from '../../src/ports/git-work.ts';
import type { Life } from '../../src/ports/process.ts';
import { existingRepo, gitIn, scratchRepo } from '../contracts/git-work.contract.ts';
import type { Format, ScratchRepo } from '../contracts/git-work.contract.ts';

const root = mkdtempSync(join(tmpdir(), 'coo-move-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const MAIN = 'refs/heads/main';

describe.each<Format>(['sha1', 'sha256'])('moving a branch that is checked out (%s)', (format) => {
  let scratch: string;
  let repo: ScratchRepo;
  let work: GitWork;
  let before: Oid;
  let after: Oid;
  let home: string;

  beforeEach(async () => {
    scratch = mkdtempSync(join(root, 't-'));
    home = join(scratch, 'home');
    mkdirSync(home);
    repo = scratchRepo(join(scratch, 'dépôt à moi'), format);
    repo.put({ 'changed.txt': 'one\ntwo\n', 'removed.txt': 'r\n', 'kept é.txt': 'k\n', 'mode.sh': '#!/bin/sh\n', 'dir/x': 'x\n' });
    before = repo.commit('before');
    work = await open();
    repo.put({ 'changed.txt': 'ONE\ntwo\n', 'added ü.txt': 'a\n', 'new/deep/er': 'd\n' });
    repo.git('rm', '-q', 'removed.txt');
    chmodSync(join(repo.folder, 'mode.sh'), 0o755);
    after = repo.commit('after');
    repo.git('reset', '-q', '--hard', before);
  });
  afterEach(() => work.close());

  const open = (more: Partial<GitWorkOptions> = {}): Promise<GitWork> => {
    const clock = systemClock();
    const random = systemRandom();
    const processes = osProcesses({ clock, nonce: random.hex(8) });
    return openGitWork({ folder: repo.folder, searchPath: '/usr/local/bin:/usr/bin:/bin', clock, random, processes, operatorEnv: { HOME: home, PATH: '/usr/local/bin:/usr/bin:/bin', GIT_INDEX_FILE: '/leaked' }, ...more });
  };
  /** Resumes as a process that sees the one that prepared as dead (or as it says). */
  const resumeAfter = async (life: Life, replaced?: () => boolean): Promise<ResumedMoves> => {
    const real = osProcesses({ clock: systemClock(), nonce: 'successor' });
    const successor = await open({ processes: { self: real.self, life: () => life, killTree: (target, grace) => real.killTree(target, grace) } });
    try {
      return await successor.resumeMoves(replaced);
    } finally {
      await successor.close();
    }
  };
  const prepared = async (): Promise<PreparedMove> => {
    const move = await work.prepareMove(MAIN, before, after);
    if ('kind' in move) throw new Error(move.message);
    return move;
  };
  const refused = async (): Promise<InTheWay> => {
    const move = await work.prepareMove(MAIN, before, after);
    if (!('kind' in move)) throw new Error('nothing was in the way');
    expect(leftovers()).toEqual([]);
    return move;
  };
  const swap = (): string => repo.git('update-ref', MAIN, after, before);
  const move = async (): Promise<void> => {
    const ready = await prepared();
    swap();
    expect(await ready.finish()).toEqual([]);
    expect(leftovers()).toEqual([]);
  };
  const leftovers = (): readonly string[] => {
    const follow = join(repo.folder, '.git/coo/follow');
    const locks = existsSync(join(repo.folder, '.git/index.lock')) ? ['index.lock'] : [];
    return [...(existsSync(follow) ? readdirSync(follow) : []), ...locks];
  };
  const status = (at: ScratchRepo = repo): string => at.git('-c', 'core.quotePath=false', 'status', '--porcelain');

  it('lets files and index follow', async () => {
    await move();
    expect(status()).toBe('');
    expect(repo.read('changed.txt')).toBe('ONE\ntwo\n');
    expect(existsSync(join(repo.folder, 'removed.txt'))).toBe(false);
    expect(repo.git('rev-parse', 'HEAD')).toBe(after);
  });

  it('keeps what is staged, edited and untracked elsewhere', async () => {
    repo.put({ 'kept é.txt': 'staged\n', 'dir/x': 'edited\n', 'mine.txt': 'untracked\n', 'new staged.txt': 's\n' });
    repo.git('add', 'kept é.txt', 'new staged.txt');
    repo.put({ 'kept é.txt': 'staged, then edited\n' });
    const was = status();
    await move();
    expect(status()).toBe(was);
    expect(repo.git('show', ':kept é.txt')).toBe('staged');
    expect(repo.read('kept é.txt')).toBe('staged, then edited\n');
    expect(repo.read('dir/x')).toBe('edited\n');
  });

  it('takes over what is already as the branch will be, tracked or not', async () => {
    repo.put({ 'changed.txt': 'ONE\ntwo\n', 'added ü.txt': 'a\n', 'new/deep/er': 'd\n' });
    repo.git('add', 'changed.txt');
    unlinkSync(join(repo.folder, 'removed.txt'));
    await move();
    expect(status()).toBe('');
  });

  it('leaves later edits alone where the new version is staged already', async () => {
    repo.put({ 'changed.txt': 'ONE\ntwo\n' });
    repo.git('add', 'changed.txt');
    repo.put({ 'changed.txt': 'ONE\ntwo\nthree\n' });
    await move();
    expect(status()).toBe(' M changed.txt');
    expect(repo.read('changed.txt')).toBe('ONE\ntwo\nthree\n');
  });

  it('names every path in the way and what to type, and changes nothing', async () => {
    repo.put({ 'changed.txt': 'mine\n', 'added ü.txt': 'not that\n', 'removed.txt': 'still wanted\n' });
    chmodSync(join(repo.folder, 'mode.sh'), 0o755);
    repo.git('add', 'removed.txt');
    const was = status();
    const way = await refused();
    expect(way).toMatchObject({ code: 'WORKTREE_DIRTY', worktree: repo.folder, paths: ['added ü.txt', 'changed.txt', 'removed.txt'] });
    expect(way.fix).toContain(`git -C '${repo.folder}' stash push --include-untracked -- 'added ü.txt' 'changed.txt' 'removed.txt'`);
    expect(status()).toBe(was);
    gitIn(repo.folder, ['stash', 'push', '-q', '--include-untracked', '--', ...way.paths]);
    await move();
  });

  it('counts a removal and a file in a folder’s place as changes of the operator', async () => {
    unlinkSync(join(repo.folder, 'changed.txt'));
    expect(await refused()).toMatchObject({ code: 'WORKTREE_DIRTY', paths: ['changed.txt'] });
    repo.git('checkout', '--', 'changed.txt');
    repo.put({ new: 'a file where a folder comes\n' });
    expect(await refused()).toMatchObject({ code: 'WORKTREE_DIRTY', paths: ['new'] });
    rmSync(join(repo.folder, 'new'));
    mkdirSync(join(scratch, 'elsewhere/deep'), { recursive: true });
    writeFileSync(join(scratch, 'elsewhere/deep/er'), 'd\n');
    symlinkSync(join(scratch, 'elsewhere'), join(repo.folder, 'new'));
    expect(await refused()).toMatchObject({ code: 'WORKTREE_DIRTY' });
    expect(repo.git('ls-files', 'new')).toBe('');
  });

  it.each([
    ['merge', ['merge', '--no-commit', '--no-ff', 'side']],
    ['cherry-pick', ['cherry-pick', 'side', '--no-commit']],
    ['bisect', ['bisect', 'start']],
    ['rebase', ['rebase', '-q', 'side', '--exec', 'false']],
  ])('waits for a %s in progress', async (operation, args) => {
    repo.git('checkout', '-q', '-b', 'side');
    repo.put({ 'side.txt': 's' });
    repo.commit('side');
    repo.git('checkout', '-q', 'main');
    if (operation === 'rebase') repo.git('commit', '-q', '--allow-empty', '-m', 'to rebase');
    before = repo.git('rev-parse', 'main');
    try {
      repo.git(...args);
    } catch (error) {
      // The rebase stops at its failing command, as it should.
      expect(operation, String(error)).toBe('rebase');
    }
    if (operation === 'cherry-pick') writeFileSync(join(repo.folder, '.git/CHERRY_PICK_HEAD'), `${before}\n`);
    const way = await refused();
    expect(way).toMatchObject({ code: 'WORKTREE_BUSY', worktree: repo.folder });
    expect(way.message).toContain(operation);
  });

  it('reports a locked index, and never removes it', async () => {
    const lock = join(repo.folder, '.git/index.lock');
    writeFileSync(lock, '');
    const way = await work.prepareMove(MAIN, before, after);
    expect(way).toMatchObject({ code: 'INDEX_LOCKED', paths: [lock] });
    await work.resumeMoves();
    expect(existsSync(lock)).toBe(true);
    unlinkSync(lock);
  });

  it('holds the lock between prepare and finish, and lets go of everything when abandoned', async () => {
    repo.put({ 'dir/x': 'edited\n' });
    const ready = await prepared();
    expect(() => repo.git('commit', '-qam', 'in between')).toThrow(/index.lock/);
    expect(await work.prepareMove(MAIN, before, after)).toMatchObject({ code: 'INDEX_LOCKED' });
    expect(await work.resumeMoves()).toEqual({ finished: [], waiting: [] });
    await ready.abandon();
    expect(leftovers()).toEqual([]);
    expect(status()).toBe(' M dir/x');
    expect(repo.read('changed.txt')).toBe('one\ntwo\n');
  });

  it('moves linked worktrees too, and has nothing to do where the branch is not checked out', async () => {
    const linked = existingRepo(join(scratch, 'lié'));
    repo.git('checkout', '-q', '--detach');
    repo.git('worktree', 'add', '-q', linked.folder, 'main');
    linked.put({ 'dir/x': 'edited\n' });
    await move();
    expect(status(linked)).toBe(' M dir/x');
    expect(linked.read('changed.txt')).toBe('ONE\ntwo\n');
    expect(repo.read('changed.txt')).toBe('one\ntwo\n');
    expect(repo.git('rev-parse', 'HEAD')).toBe(before);
    rmSync(linked.folder, { recursive: true });
    const ready = await work.prepareMove(MAIN, after, before);
    expect('kind' in ready).toBe(false);
  });

  it('lets both worktrees go when one of two is in the way', async () => {
    const linked = existingRepo(join(scratch, 'lié'));
    repo.git('worktree', 'add', '-q', '--force', linked.folder, 'main');
    linked.put({ 'changed.txt': 'mine\n' });
    expect(await refused()).toMatchObject({ worktree: linked.folder, paths: ['changed.txt'] });
    expect(existsSync(join(repo.folder, '.git/worktrees/lié/index.lock'))).toBe(false);
    expect(repo.read('changed.txt')).toBe('one\ntwo\n');
  });

  it('checks files out as the operator’s configuration says, and runs none of their hooks', async () => {
    writeFileSync(join(home, '.gitconfig'), `[core]\n\tautocrlf = true\n[filter "up"]\n\tsmudge = tr a-z A-Z\n\tclean = tr A-Z a-z\n`);
    repo.put({ '.git/info/attributes': 'added* filter=up\n', '.git/hooks/post-index-change': `#!/bin/sh\ntouch '${scratch}/fired'\n`, '.git/hooks/post-checkout': `#!/bin/sh\ntouch '${scratch}/fired'\n` });
    for (const name of ['post-index-change', 'post-checkout']) chmodSync(join(repo.folder, '.git/hooks', name), 0o755);
    repo.put({ 'new/deep/er': 'd\r\n' });
    await move();
    expect(repo.read('changed.txt')).toBe('ONE\r\ntwo\r\n');
    expect(repo.read('added ü.txt')).toBe('A\r\n');
    expect(existsSync(join(scratch, 'fired'))).toBe(false);
    expect(repo.git('ls-files', '-s', 'new/deep/er')).toBe(repo.git('ls-tree', after, 'new/deep/er').replace(' blob', '').replace('\t', ' 0\t'));
  });

  it('keeps a sparse checkout sparse', async () => {
    repo.git('sparse-checkout', 'set', '--no-cone', '/*', '!/new/', '!/removed.txt');
    await move();
    expect(existsSync(join(repo.folder, 'new'))).toBe(false);
    expect(status()).toBe('');
  });

  it('leaves a submodule’s files to the operator', async () => {
    const sub = scratchRepo(join(scratch, 'sub'), format);
    sub.put({ s: '1' });
    const one = sub.commit('one');
    sub.put({ s: '2' });
    const two = sub.commit('two');
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', sub.folder, 'mod');
    gitIn(join(repo.folder, 'mod'), ['checkout', '-q', one]);
    before = repo.commit('with submodule');
    repo.git('update-index', '--cacheinfo', `160000,${two},mod`);
    repo.git('commit', '-q', '-m', 'next');
    after = repo.git('rev-parse', 'HEAD');
    repo.git('reset', '-q', '--hard', before);
    writeFileSync(join(repo.folder, 'mod/s'), 'dirty');
    await move();
    expect(gitIn(join(repo.folder, 'mod'), ['rev-parse', 'HEAD'])).toBe(one);
    expect(repo.git('ls-files', '-s', 'mod')).toContain(two);
  });

  it('undoes the move of a dead process that did not swap', async () => {
    repo.put({ 'dir/x': 'edited\n' });
    await prepared();
    expect(await resumeAfter('alive')).toEqual({ finished: [], waiting: [] });
    expect(await resumeAfter('unknown')).toMatchObject({ waiting: [{ code: 'WORKTREE_BUSY' }] });
    expect(await resumeAfter('dead')).toEqual({ finished: [], waiting: [] });
    expect(leftovers()).toEqual([]);
    expect(status()).toBe(' M dir/x');
  });

  it('finishes the move of a dead process that swapped, half-written files included', async () => {
    repo.put({ 'dir/x': 'edited\n' });
    await prepared();
    swap();
    repo.put({ 'changed.txt': 'ONE\nt', 'added ü.txt': '', 'new/deep/er': 'd\n' });
    unlinkSync(join(repo.folder, 'removed.txt'));
    expect(await resumeAfter('dead')).toEqual({ finished: [MAIN], waiting: [] });
    expect(leftovers()).toEqual([]);
    expect(status()).toBe(' M dir/x');
    expect(repo.read('changed.txt')).toBe('ONE\ntwo\n');
  });

  it.each(['alive', 'stopped'] as const)('takes over the move of a process that is %s and replaced: it finds nothing left to do', async (life) => {
    repo.put({ 'dir/x': 'edited\n' });
    const undone = await prepared();
    expect(await resumeAfter(life, () => true)).toEqual({ finished: [], waiting: [] });
    await undone.abandon();
    const swapped = await prepared();
    swap();
    expect(await resumeAfter(life, () => true)).toEqual({ finished: [MAIN], waiting: [] });
    repo.put({ 'changed.txt': 'typed since\n' });
    expect(await swapped.finish()).toEqual([]);
    expect(leftovers()).toEqual([]);
    expect(status()).toBe(' M changed.txt\n M dir/x');
    expect(repo.read('changed.txt')).toBe('typed since\n');
  });

  it('follows to the noted commit when the branch went on behind our lock', async () => {
    await prepared();
    const next = repo.git('commit-tree', '-p', after, '-m', 'next', `${after}^{tree}`);
    repo.git('update-ref', MAIN, next, before);
    expect(await resumeAfter('dead')).toEqual({ finished: [MAIN], waiting: [] });
    expect(status()).toBe('');
  });

  it('lets a dead process’s move be when HEAD is elsewhere by now', async () => {
    await prepared();
    swap();
    repo.git('symbolic-ref', 'HEAD', 'refs/heads/other');
    expect(await resumeAfter('dead')).toEqual({ finished: [], waiting: [] });
    expect(leftovers()).toEqual([]);
    expect(repo.read('changed.txt')).toBe('one\ntwo\n');
  });

  it('waits, unlocked, when a file changed between the check and the swap, and follows later', async () => {
    const ready = await prepared();
    repo.put({ 'changed.txt': 'typed meanwhile\n' });
    swap();
    expect(await ready.finish()).toMatchObject([{ code: 'WORKTREE_DIRTY', paths: ['changed.txt'] }]);
    expect(existsSync(join(repo.folder, '.git/index.lock'))).toBe(false);
    expect(await work.resumeMoves()).toMatchObject({ finished: [], waiting: [{ paths: ['changed.txt'] }] });
    expect(repo.read('changed.txt')).toBe('typed meanwhile\n');
    repo.put({ 'changed.txt': 'one\ntwo\n' });
    expect(await work.resumeMoves()).toEqual({ finished: [MAIN], waiting: [] });
    expect(status()).toBe('');
    expect(leftovers()).toEqual([]);
  });
});
