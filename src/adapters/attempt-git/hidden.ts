import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnGit } from './own-git.ts';
import type { Git } from './run.ts';

/** More than this nobody reads. */
const MOST = 20;

/**
 * What lies in a workspace and is in no commit for another reason than that the project ignores it: below the folders that are never taken, excluded in
 * the workspace's own `.git`, or `unseen`, marked in its index so that git does not look. At most twenty paths.
 */
export async function hiddenIn(git: Git, own: OwnGit, { folder, skipped, unseen }: { readonly folder: string; readonly skipped: readonly string[]; readonly unseen: readonly string[] }): Promise<readonly string[]> {
  const excluded = await excludedIn(git, own, folder, skipped);
  const marked = unseen.map((name) => Buffer.from(name, 'latin1').toString('utf8'));
  return [...new Set([...excluded, ...marked])].slice(0, MOST);
}

async function excludedIn(git: Git, own: OwnGit, folder: string, skipped: readonly string[]): Promise<readonly string[]> {
  if (own.excludes !== undefined) return (await git(['ls-files', '-z', '--others', '--ignored', '--directory', `--exclude-from=${own.env['GIT_DIR'] ?? ''}/info/exclude`])).split('\0').filter((name) => name !== '');
  const below = await Promise.all(skipped.map(async (name) => (await namesBelow(join(folder, name))).map((inner) => `${name}/${inner}`)));
  return below.flat();
}

/** Names in a folder, where it is one and no link to another: these are nobody's to tell. */
async function namesBelow(path: string): Promise<readonly string[]> {
  try {
    return (await lstat(path)).isDirectory() ? await readdir(path) : [];
  } catch {
    return [];
  }
}
