import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PathChange } from '../../../ports/git-work.ts';
import { errno } from '../../git-store/errors.ts';
import type { Context } from '../context.ts';
import { treeAt } from '../history.ts';
import { changes } from '../walk.ts';
import { touchedPaths } from './local-changes.ts';
import type { MoveNote } from './notes.ts';
import { operatorGit } from './operator-git.ts';
import type { OperatorTree } from './operator-git.ts';
import { alreadyAfter, isBeginningOfAfter, standingAt } from './same-file.ts';

/** What keeps a worktree from following: paths, and git's words when it was git that refused. */
export interface Obstacle {
  readonly paths: readonly string[];
  readonly said: string;
}

type Move = Pick<MoveNote, 'before' | 'after' | 'gitDir'>;

/**
 * Makes the index aside from which `follow` can move a worktree, and says what is in the way, if anything. The worktree's own index stays as it is.
 *
 * A path is in the way when the move changes it and the operator's version, staged or in the worktree, is neither the old nor the new one.
 * `interrupted`: an earlier try may have been killed while it wrote files, so a missing file or the beginning of the new one is its trace.
 */
export async function readyIndex(context: Context, tree: OperatorTree, move: Move, interrupted: boolean): Promise<Obstacle | undefined> {
  borrowIndex(tree, move.gitDir);
  const changed = await changes(context, await treeAt(context, move.before), await treeAt(context, move.after));
  const touched = await touchedPaths(context, tree, move.before, changed);
  const inTheWay = touched.filter(({ staged }) => staged === 'other').map(({ change }) => change.path);
  const suspects = touched.filter((path) => path.staged === 'as_before' && (path.edited || isUntracked(tree, path.change))).map(({ change }) => change);
  const same = await alreadyAfter(context, tree, suspects);
  for (const change of suspects) {
    if (same.has(change)) continue;
    if (interrupted && (await clearTrace(context, tree, change))) continue;
    inTheWay.push(change.path);
  }
  if (inTheWay.length > 0) return { paths: inTheWay.toSorted(), said: '' };
  await takeOver(context, tree, [...same]);
  return readTree(context, tree, move, ['-n']);
}

/** Lets files and the index aside follow. Git checks every path before it touches the first. */
export async function follow(context: Context, tree: OperatorTree, move: Move): Promise<Obstacle | undefined> {
  const refused = await readTree(context, tree, move, []);
  if (refused === undefined) await operatorGit(context, tree, ['update-index', '-q', '--unmerged', '--refresh'], { okExits: [0, 1] });
  return refused;
}

/** A hard link costs nothing and keeps the time stamp, by which git knows which entries to look at again. Git replaces an index, it never writes into one. */
function borrowIndex(tree: OperatorTree, gitDir: string): void {
  for (const path of [tree.indexFile, `${tree.indexFile}.lock`]) rmSync(path, { force: true });
  try {
    linkSync(join(gitDir, 'index'), tree.indexFile);
  } catch (error) {
    // No index yet: nothing is staged, not even what is committed.
    if (errno(error) !== 'ENOENT') throw error;
  }
}

function isUntracked(tree: OperatorTree, change: PathChange): boolean {
  if (change.before !== null) return false;
  const stands = standingAt(tree.folder, change.path);
  // What a folder in the way holds, git judges.
  return stands !== undefined && !stands.isDirectory();
}

async function clearTrace(context: Context, tree: OperatorTree, change: PathChange): Promise<boolean> {
  if (standingAt(tree.folder, change.path) === undefined) return true;
  if (!(await isBeginningOfAfter(context, tree, change))) return false;
  rmSync(join(tree.folder, change.path));
  return true;
}

/** Files that are already right go into the index as they will be, and git then leaves them alone. */
async function takeOver(context: Context, tree: OperatorTree, same: readonly PathChange[]): Promise<void> {
  if (same.length === 0) return;
  const absent = '0'.repeat(context.format === 'sha1' ? 40 : 64);
  const lines = same.map(({ path, after, after_mode }) => (after === null ? `0 ${absent}\t${path}\0` : `${after_mode} ${after}\t${path}\0`));
  await operatorGit(context, tree, ['update-index', '-z', '--index-info'], { stdin: lines.join('') });
}

async function readTree(context: Context, tree: OperatorTree, move: Move, options: readonly string[]): Promise<Obstacle | undefined> {
  const { exit, stderr } = await operatorGit(context, tree, ['read-tree', '-m', '-u', ...options, move.before, move.after], { okExits: [0, 1, 128] });
  if (exit === 0) return undefined;
  return { paths: Array.from(stderr.matchAll(/'([^'\n]+)'/g), ([, path]) => path ?? ''), said: stderr.trim() };
}
