import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** More than this nobody reads. */
const MOST = 20;
/** Bytes of the rules: as the workspace was made they are a line for each folder. */
const RULES_CAP = 65_536;

/** Runs git in the workspace and gives what it prints. */
type Git = (args: readonly string[]) => Promise<string>;

/**
 * What lies in a workspace and is in no commit for another reason than that the project ignores it: below the folders that are never taken, excluded in
 * the workspace's own `.git`, or marked in its index so that git does not look. At most twenty paths.
 */
export async function hiddenIn(git: Git, folder: string, skipped: readonly string[]): Promise<readonly string[]> {
  const [excluded, marked] = await Promise.all([excludedIn(git, folder, skipped), markedIn(git, skipped)]);
  return [...new Set([...excluded, ...marked])].slice(0, MOST);
}

async function excludedIn(git: Git, folder: string, skipped: readonly string[]): Promise<readonly string[]> {
  const rules = await rulesIn(join(folder, '.git', 'info', 'exclude'));
  // As the workspace was made, and nearly always is.
  if (rules !== skipped.map((name) => `/${name}\n`).join('')) return namesOf(await git(['ls-files', '-z', '--others', '--ignored', '--directory', '--exclude-from=.git/info/exclude']));
  const below = await Promise.all(skipped.map(async (name) => (await namesBelow(join(folder, name))).map((inner) => `${name}/${inner}`)));
  return below.flat();
}

/** Files in the index that git was told to take for unchanged (a small letter) or not to look at (S). */
async function markedIn(git: Git, skipped: readonly string[]): Promise<readonly string[]> {
  const tagged = namesOf(await git(['ls-files', '-z', '-v', '--', '.', ...skipped.map((name) => `:(exclude,top)${name}`)]));
  return tagged.flatMap((line) => (/^[a-zS] /.test(line) ? [line.slice(2)] : []));
}

function namesOf(output: string): readonly string[] {
  return output.split('\0').filter((name) => name !== '');
}

/** The worker's to write: a FIFO would hold whoever reads it, a link lead out of the workspace. Nothing where it is none of ours. */
async function rulesIn(path: string): Promise<string> {
  return orNothing(async () => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat();
      return size > RULES_CAP ? '' : await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }, '');
}

/** Names in a folder, where it is one and no link to another: these are nobody's to tell. */
async function namesBelow(path: string): Promise<readonly string[]> {
  return orNothing(async () => ((await lstat(path)).isDirectory() ? readdir(path) : []), []);
}

async function orNothing<T>(read: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await read();
  } catch {
    return nothing;
  }
}
