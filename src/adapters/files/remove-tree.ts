import { constants, type Stats } from 'node:fs';
import { errnoOf } from './failure.ts';
import { withFd, type RawFs } from './raw-fs.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const OWNER_ALL = 0o700;
/** How often names may turn up in a folder that was just emptied, before somebody is taken to be still writing there. */
const ROUNDS = 100;

/** A folder held open: `at` names what is in it. On Linux through the descriptor, so that a link put in its place is not followed. */
interface Held {
  at(name: Buffer | string): Buffer;
}

async function held<T>(raw: RawFs, path: Buffer, work: (folder: Held) => Promise<T>): Promise<T> {
  return withFd(raw, await raw.open(path, FOLDER, 0), (fd) => {
    const base = process.platform === 'linux' ? Buffer.from(`/proc/self/fd/${fd}`) : path;
    return work({ at: (name) => Buffer.concat([base, Buffer.from('/'), Buffer.from(name)]) });
  });
}

/** Gives the owner all rights on a folder that lacks them; such a folder can be neither listed, emptied nor moved. */
async function unlock(raw: RawFs, path: Buffer, stats: Stats): Promise<void> {
  if ((stats.mode & OWNER_ALL) !== OWNER_ALL) await raw.chmod(path, (stats.mode & 0o777) | OWNER_ALL);
}

/**
 * Removes the folder `path` and all below it. Folders found below the first level are moved up into `path` before they are emptied, so
 * that a tree of any depth takes two descriptors and no path longer than the first. Names need not be UTF-8. Links are removed, never
 * followed. Throws ENOTEMPTY when somebody keeps writing.
 */
export async function removeTree(raw: RawFs, path: string): Promise<void> {
  const top = Buffer.from(path);
  await unlock(raw, top, await raw.lstat(top));
  let serial = 0;

  const moveUp = async (from: Buffer, root: Held): Promise<void> => {
    for (;;) {
      try {
        return await raw.rename(from, root.at(`.removed-${serial++}`));
      } catch (error) {
        // Taken by a file of that name; an empty folder is simply replaced.
        if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'ENOTDIR' && errnoOf(error) !== 'EEXIST') throw error;
      }
    }
  };

  const removeIn = async (folder: Held, name: Buffer, whenFolder: (path: Buffer) => Promise<void>): Promise<void> => {
    const child = folder.at(name);
    const stats = await raw.lstat(child);
    if (!stats.isDirectory()) return raw.unlink(child);
    await unlock(raw, child, stats);
    await whenFolder(child);
  };

  await held(raw, top, async (root) => {
    const emptyAndRemove = async (folder: Buffer): Promise<void> => {
      await held(raw, folder, async (inner) => {
        for (const name of await raw.readdir(inner.at('.'))) await removeIn(inner, name, (deep) => moveUp(deep, root));
      });
      await raw.rmdir(folder);
    };
    for (let names = await raw.readdir(root.at('.')); names.length > 0; names = await raw.readdir(root.at('.'))) {
      for (const name of names) await removeIn(root, name, emptyAndRemove);
    }
  });
  await raw.rmdir(top);
}

/** `removeTree` against a writer that may not have died yet: names that appear meanwhile are removed too, a bounded number of times. */
export async function removeTreePatiently(raw: RawFs, path: string): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await removeTree(raw, path);
    } catch (error) {
      const code = errnoOf(error);
      if ((code !== 'ENOTEMPTY' && code !== 'ENOENT') || round === ROUNDS) throw error;
      if (code === 'ENOENT' && !(await exists(raw, path))) return;
    }
  }
}

async function exists(raw: RawFs, path: string): Promise<boolean> {
  try {
    await raw.lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
