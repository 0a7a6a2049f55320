import { closeSync, constants, fstatSync, linkSync, openSync, readSync, renameSync, unlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { errno, ioError } from './errors.ts';

/** A lock file as it was seen. Equal `stamp`s are the same file, untouched. */
export interface SeenLock {
  readonly path: string;
  /** What it locks: a ref's name, `HEAD` or `packed-refs`. */
  readonly ref: string;
  /** An id, or empty: git writes the id a moment after it made the file, and never one for HEAD and packed-refs. */
  readonly content: string;
  readonly stamp: string;
}

/** Looks at a lock file; null when it is gone. */
export function seeLock(commonDir: string, path: string): SeenLock | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw ioError(`look at ${path}`, error);
  }
  try {
    const bytes = Buffer.alloc(256);
    const content = bytes.toString('latin1', 0, readSync(fd, bytes, 0, bytes.length, 0)).trimEnd();
    return { path, ref: relative(commonDir, path).replace(/\.lock$/, ''), content, stamp: stampOf(fd) };
  } catch (error) {
    throw ioError(`look at ${path}`, error);
  } finally {
    closeSync(fd);
  }
}

/**
 * Removes a lock if it still is the one that was seen. It is first renamed to a name of ours, then looked at: whoever took the name in between is put back.
 * `aside` is a folder on the same file system; `unique` a name nobody else uses.
 */
export function removeLock(lock: SeenLock, aside: string, unique: string): boolean {
  const held = join(aside, unique);
  try {
    renameSync(lock.path, held);
  } catch (error) {
    if (errno(error) === 'ENOENT') return false;
    throw ioError(`remove ${lock.path}`, error);
  }
  const same = stampAt(held) === lock.stamp;
  if (!same) putBack(held, lock.path);
  unlinkSync(held);
  return same;
}

function putBack(held: string, path: string): void {
  try {
    linkSync(held, path);
  } catch (error) {
    // Someone took the lock anew: the one we hold was given up or will fail at its rename, with nothing changed.
    if (errno(error) !== 'EEXIST') throw ioError(`put back ${path}`, error);
  }
}

function stampAt(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return stampOf(fd);
  } finally {
    closeSync(fd);
  }
}

/** Without the change time: renaming alters it. The birth time tells a reused inode number. */
function stampOf(fd: number): string {
  const found = fstatSync(fd, { bigint: true });
  return [found.dev, found.ino, found.size, found.mtimeNs, found.birthtimeNs].join(' ');
}
