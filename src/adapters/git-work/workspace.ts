import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Oid } from '../../ports/git-store.ts';
import type { WorkspaceSpec } from '../../ports/git-work.ts';
import { errno } from '../git-store/errors.ts';
import { git } from '../git-store/spawn.ts';
import { NOT_DURABLE } from './context.ts';
import type { Context } from './context.ts';
import { GitWorkError } from './errors.ts';
import { treeAt } from './history.ts';
import { NO_FILTERS, alternateLine, gitConfig } from './quarantine.ts';
import { isFolder } from './tree.ts';
import { linesOf } from './walk.ts';

/** The branch that HEAD of a workspace is on. */
const BRANCH = 'refs/heads/work';
/** One process writes all files: several take half as much processor time again, which a fleet on the same machine has better use for. */
const CHECKOUT: readonly string[] = ['-c', 'checkout.workers=1', '-c', 'core.autocrlf=false'];

/**
 * A folder with clean files and a `.git` of its own, borrowing the shared objects. Made aside and renamed: it is whole or absent.
 * Throws WORK_FOLDER_EXISTS. The tree's size is not judged here: `changes` and `entries` refuse one without end.
 */
export async function workspace(context: Context, spec: WorkspaceSpec): Promise<void> {
  const tree = await wantedTree(context, spec);
  const part = join(dirname(spec.folder), `.${basename(spec.folder)}.${context.random.hex(6)}.part`);
  try {
    makeGitFolder(context, spec, join(part, '.git'));
    if (tree !== null) await checkOut(context, spec, part, tree);
    renameSync(part, spec.folder);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    const code = errno(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new GitWorkError('WORK_FOLDER_EXISTS', `${spec.folder} is there already`);
  }
}

async function wantedTree(context: Context, spec: WorkspaceSpec): Promise<Oid | null> {
  const id = spec.tree ?? spec.start;
  return id === null ? null : treeAt(context, id);
}

/** A dozen tiny files: written in place, since each turn through the thread pool costs more than the call. */
function makeGitFolder(context: Context, spec: WorkspaceSpec, gitDir: string): void {
  const objects = [context.shared, ...(spec.quarantine ? [context.quarantine] : [])].map((repo) => alternateLine(join(repo.gitDir, 'objects')));
  for (const name of ['objects/info', 'info', 'refs/heads']) mkdirSync(join(gitDir, name), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    HEAD: `ref: ${BRANCH}\n`,
    config: gitConfig(context.format, false, ['autocrlf = false', 'logallrefupdates = true']),
    'objects/info/alternates': objects.join(''),
    'info/attributes': NO_FILTERS,
    'info/exclude': spec.skip.map((name) => `/${pattern(name)}\n`).join(''),
    ...(spec.start === null ? {} : { [BRANCH]: `${spec.start}\n` }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(gitDir, name), text);
}

/**
 * Skipped folders stay in the index, marked skip-worktree, so that `git add -A` does not take their absence for a removal.
 * Sparse checkout is on for this one command only: left on, it would make git refuse paths and print advice to the worker.
 */
async function checkOut(context: Context, spec: WorkspaceSpec, folder: string, tree: Oid): Promise<void> {
  const gitDir = join(folder, '.git');
  const skipped = await skippedFolders(context, spec, tree);
  const sparse = skipped.length > 0 ? ['-c', 'core.sparseCheckout=true', '-c', 'core.sparseCheckoutCone=false'] : [];
  const rules = join(gitDir, 'info', 'sparse-checkout');
  if (skipped.length > 0) writeFileSync(rules, ['/*', ...skipped.map((name) => `!/${pattern(name)}/`), ''].join('\n'));
  await git({ ...context.quarantine, gitDir, cwd: folder }, [...NOT_DURABLE, ...CHECKOUT, ...sparse, 'read-tree', '--reset', '-u', tree], {
    env: { GIT_WORK_TREE: folder },
    timeoutMs: 600_000,
  });
  if (skipped.length > 0) rmSync(rules);
}

async function skippedFolders(context: Context, spec: WorkspaceSpec, tree: Oid): Promise<readonly string[]> {
  if (spec.skip.length === 0) return [];
  const folders = new Set((await linesOf(context, tree)).filter(isFolder).map((line) => line.name.toString('utf8')));
  return spec.skip.filter((name) => folders.has(name));
}

/** A name as a pattern that matches only itself. */
function pattern(name: string): string {
  return name.replaceAll(/[\\*?[\]#! ]/g, (char) => `\\${char}`);
}
