// Who is said to hold a lock of the operator's index: a git that runs in the worktree, and none of those that coo keeps open in the git folder.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockHolder } from '../../src/adapters/git-work/moves/lock-holder.ts';
import { gitIn } from '../contracts/git-work.contract.ts';
import { eventually } from '../support/processes.ts';

let root: string;
let folder: string;
let children: ChildProcess[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coo-holder-'));
  folder = join(root, 'work');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** A git that waits for input in a folder, as a kept-open helper does. */
async function gitAt(cwd: string): Promise<number> {
  const child = spawn('git', ['cat-file', '--batch'], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  children.push(child);
  child.stdin.write('none\n');
  await new Promise((resolve) => {
    child.stdout.once('data', resolve);
  });
  return child.pid ?? 0;
}

it.each(['.git', 'store.git'])('a git in the git folder (%s) holds no index; one in the worktree may', async (name) => {
  const gitDir = join(folder, name);
  mkdirSync(folder);
  gitIn(folder, ['init', '-q', ...(name === '.git' ? [] : [`--separate-git-dir=${gitDir}`])]);
  mkdirSync(join(gitDir, 'coo/empty'), { recursive: true });
  mkdirSync(join(folder, 'deep'));
  const lock = join(gitDir, 'index.lock');
  writeFileSync(lock, '');
  await gitAt(gitDir);
  await gitAt(join(gitDir, 'coo/empty'));
  expect(lockHolder(lock, folder, gitDir)).toBeUndefined();
  const pid = await gitAt(join(folder, 'deep'));
  expect(await eventually(() => 'the git in the worktree', () => lockHolder(lock, folder, gitDir))).toContain(`pid ${String(pid)} (git cat-file`);
});
