import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { openGitWork } from '../../src/adapters/git-work/open.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { systemRandom } from '../../src/adapters/random/system-random.ts';
import type { Oid } from '../../src/ports/git-store.ts';
import type { ResumedMoves } from '../../src/ports/git-work.ts';
import { existingRepo, scratchRepo } from '../contracts/git-work.contract.ts';
import type { ScratchRepo } from '../contracts/git-work.contract.ts';
import { eventually, signal, stateOf } from '../support/processes.ts';
import { fixture } from '../support/programs.ts';

const root = mkdtempSync(join(tmpdir(), 'coo-move-kill-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FIXTURE = fixture('move-killed');
const EDITS = ' M edited.txt\nA  staged.txt\n?? untracked.txt';

describe('a move that is killed', () => {
  let model: ScratchRepo;
  let before: Oid;
  let after: Oid;
  /** The first call that comes after the swap; found by the first test, which tries them all. */
  let swappedAt = 0;

  beforeAll(() => {
    model = scratchRepo(join(root, 'model'), 'sha1');
    model.put({ 'changed.txt': 'one\ntwo\n', 'removed.txt': 'r\n', 'edited.txt': 'e\n' });
    before = model.commit('before');
    model.git('rm', '-q', 'removed.txt');
    model.put({ 'changed.txt': 'ONE\nTWO\n', 'added/file.txt': 'added\n' });
    after = model.commit('after');
    model.git('reset', '-q', '--hard', before);
    model.put({ 'edited.txt': 'edited\n', 'staged.txt': 's\n', 'untracked.txt': 'u\n' });
    model.git('add', 'staged.txt');
  });

  const copy = (name: string): ScratchRepo => {
    cpSync(model.folder, join(root, name), { recursive: true, preserveTimestamps: true });
    return existingRepo(join(root, name));
  };
  /** Returns the number of calls if it came to its end. */
  const moveAndDie = (repo: ScratchRepo, at: number): number | undefined => {
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, [FIXTURE, repo.folder, before, after, String(at)], { encoding: 'utf8' });
    if (signal === 'SIGKILL') return undefined;
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return Number(stdout);
  };
  const resume = async (repo: ScratchRepo, replaced?: () => boolean): Promise<ResumedMoves> => {
    const clock = systemClock();
    const random = systemRandom();
    const work = await openGitWork({ folder: repo.folder, searchPath: '/usr/local/bin:/usr/bin:/bin', clock, random, processes: osProcesses({ clock, nonce: random.hex(8) }) });
    try {
      return await work.resumeMoves(replaced);
    } finally {
      await work.close();
    }
  };
  const expectWhole = (repo: ScratchRepo): void => {
    const moved = repo.git('rev-parse', 'main') === after;
    expect(repo.git('status', '--porcelain')).toBe(EDITS);
    expect(repo.read('changed.txt')).toBe(moved ? 'ONE\nTWO\n' : 'one\ntwo\n');
    expect(existsSync(join(repo.folder, 'removed.txt'))).toBe(!moved);
    expect(existsSync(join(repo.folder, 'added/file.txt'))).toBe(moved);
    expect(existsSync(join(repo.folder, '.git/index.lock'))).toBe(false);
    const follow = join(repo.folder, '.git/coo/follow');
    expect(existsSync(follow) ? readdirSync(follow).filter((name) => !name.endsWith('.part')) : []).toEqual([]);
  };

  it('is finished or undone after a kill before any one of its calls', async () => {
    let calls: number | undefined;
    for (let at = 1; calls === undefined; at += 1) {
      const repo = copy(`at-${String(at)}`);
      calls = moveAndDie(repo, at);
      if (swappedAt === 0 && repo.git('rev-parse', 'main') === after) swappedAt = at;
      expect((await resume(repo)).waiting).toEqual([]);
      expectWhole(repo);
      rmSync(repo.folder, { recursive: true });
    }
    expect(calls).toBeGreaterThan(30);
  }, 120_000);

  it('is finished or undone while its process stands still before any one of its calls; woken, that one harms nothing', async () => {
    for (let at = 1, done = false; !done; at += 1) {
      const repo = copy(`stopped-${String(at)}`);
      const fence = join(root, `fence-${String(at)}`);
      const mover = spawn(process.execPath, [FIXTURE, repo.folder, before, after, String(at), 'SIGSTOP', fence], { stdio: ['ignore', 'ignore', 'inherit'] });
      const ended = new Promise<number | null>((resolve) => mover.once('exit', (code) => resolve(code)));
      const pid = mover.pid ?? 0;
      done = (await Promise.race([ended, eventually(() => 'a stop', () => (stateOf(pid) === 'T' ? 'stopped' : undefined))])) !== 'stopped';
      writeFileSync(fence, '');
      expect((await resume(repo, () => true)).waiting).toEqual([]);
      signal(pid, 'SIGCONT');
      expect(await ended).toBe(0);
      expectWhole(repo);
      rmSync(repo.folder, { recursive: true });
    }
  }, 240_000);

  /** Dies between the swap and the first thing after it. */
  const dieAfterSwap = (repo: ScratchRepo): void => {
    expect(swappedAt).toBeGreaterThan(0);
    moveAndDie(repo, swappedAt);
    expect(repo.git('rev-parse', 'main')).toBe(after);
    expect(existsSync(join(repo.folder, '.git/index.lock'))).toBe(true);
  };

  it('is finished when files were half written', async () => {
    const repo = copy('half');
    dieAfterSwap(repo);
    repo.put({ 'changed.txt': 'ONE\nT', 'added/file.txt': '' });
    unlinkSync(join(repo.folder, 'removed.txt'));
    expect(await resume(repo)).toEqual({ finished: ['refs/heads/main'], waiting: [] });
    expectWhole(repo);
  });

  it('gives the worktree back, unlocked, where the operator edited since', async () => {
    const repo = copy('since');
    dieAfterSwap(repo);
    repo.put({ 'changed.txt': 'typed since\n' });
    expect(await resume(repo)).toMatchObject({ finished: [], waiting: [{ code: 'WORKTREE_DIRTY', paths: ['changed.txt'] }] });
    expect(existsSync(join(repo.folder, '.git/index.lock'))).toBe(false);
    expect(repo.read('changed.txt')).toBe('typed since\n');
    repo.put({ 'changed.txt': 'ONE\nTWO\n' });
    expect(await resume(repo)).toEqual({ finished: ['refs/heads/main'], waiting: [] });
    expectWhole(repo);
  });

  it('leaves a lock alone that somebody else took since', async () => {
    const repo = copy('other');
    dieAfterSwap(repo);
    const lock = join(repo.folder, '.git/index.lock');
    unlinkSync(lock);
    repo.put({ '.git/index.lock': '' });
    expect(await resume(repo)).toMatchObject({ finished: [], waiting: [{ code: 'INDEX_LOCKED' }] });
    expect(existsSync(lock)).toBe(true);
    unlinkSync(lock);
    expect((await resume(repo)).finished).toEqual(['refs/heads/main']);
    expectWhole(repo);
  });
});
