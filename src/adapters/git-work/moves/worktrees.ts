import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { errno } from '../../git-store/errors.ts';
import { git } from '../../git-store/spawn.ts';
import type { Context } from '../context.ts';

/** Where the files of a worktree are. `none` = there are none to move: a bare repository, or a linked worktree that was deleted. */
export type Place = { readonly kind: 'here'; readonly folder: string } | { readonly kind: 'none' } | { readonly kind: 'unknown'; readonly why: string };

/** What holds a branch in a worktree: it is checked out, or an operation in progress will come back to it. */
export type Hold = { readonly kind: 'none' } | { readonly kind: 'checked_out' } | { readonly kind: 'busy'; readonly operation: string };

const OPERATIONS: readonly (readonly [name: string, operation: string])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['sequencer', 'cherry-pick'],
  ['BISECT_LOG', 'bisect'],
];

/** The git folders of all worktrees, the main one first. */
export function worktreeGitDirs(commonDir: string): readonly string[] {
  const linked = join(commonDir, 'worktrees');
  return [commonDir, ...namesIn(linked).map((name) => join(linked, name))];
}

/** Reads what a worktree does with a branch, now. Cheap: a few small files. */
export function holdOn(gitDir: string, branch: string): Hold {
  const checkedOut = textAt(join(gitDir, 'HEAD'))?.trim() === `ref: ${branch}`;
  const operation = OPERATIONS.find(([name]) => existsSync(join(gitDir, name)))?.[1];
  if (operation === undefined) return checkedOut ? { kind: 'checked_out' } : { kind: 'none' };
  return checkedOut || comesBackTo(gitDir, branch) ? { kind: 'busy', operation } : { kind: 'none' };
}

/** During a rebase or a bisect HEAD is detached; where it goes afterwards is noted in files. */
function comesBackTo(gitDir: string, branch: string): boolean {
  const heads = ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map((name) => textAt(join(gitDir, name))?.trim());
  const updated = textAt(join(gitDir, 'rebase-merge/update-refs'))?.split('\n') ?? [];
  return [...heads, ...updated].some((name) => name === branch || `refs/heads/${name ?? ''}` === branch);
}

/** The folder that belongs to a worktree's git folder. */
export async function placeOf(context: Context, gitDir: string): Promise<Place> {
  if (gitDir === context.shared.gitDir) return mainPlace(context);
  const pointer = textAt(join(gitDir, 'gitdir'))?.trim() ?? '';
  const dotGit = isAbsolute(pointer) ? pointer : resolve(gitDir, pointer);
  if (pointer !== '' && existsSync(dotGit)) return { kind: 'here', folder: dirname(dotGit) };
  // A locked one comes back, on a removable disk say; any other that is away git would prune.
  return existsSync(join(gitDir, 'locked')) ? { kind: 'unknown', why: `its folder ${dirname(dotGit)} is away, and it is locked` } : { kind: 'none' };
}

async function mainPlace(context: Context): Promise<Place> {
  const { gitDir } = context.shared;
  const configured = await coreSetting(context, 'worktree', []);
  if (configured !== undefined) return { kind: 'here', folder: resolve(gitDir, configured) };
  if ((await coreSetting(context, 'bare', ['--type=bool'])) === 'true') return { kind: 'none' };
  if (context.mainWorktree !== null) return { kind: 'here', folder: context.mainWorktree };
  if (basename(gitDir) === '.git') return { kind: 'here', folder: dirname(gitDir) };
  // After `git init --separate-git-dir` only the worktree knows where its git folder is, not the other way round.
  return { kind: 'unknown', why: `nothing in ${gitDir} says where its files are; run coo in that worktree` };
}

async function coreSetting(context: Context, name: string, options: readonly string[]): Promise<string | undefined> {
  const { stdout, exit } = await git(context.shared, ['config', ...options, '-z', '--get', `core.${name}`], { okExits: [0, 1] });
  return exit === 0 ? new TextDecoder().decode(stdout).replace(/\0$/, '') : undefined;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw error;
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
