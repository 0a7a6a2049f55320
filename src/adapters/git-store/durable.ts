import { closeSync, constants, fsync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { errno, ioError } from './errors.ts';

const fsyncFile = promisify(fsync);

/** Fsyncs an open file. A failure is GIT_IO and must not be tried again: the kernel may have dropped the pages. */
export async function flush(fd: number, path: string): Promise<void> {
  try {
    await fsyncFile(fd);
  } catch (error) {
    throw ioError(`fsync ${path}`, error);
  }
}

/** Fsyncs folders, all at once. One that is gone is skipped: there is nothing in it that could be lost. */
export async function flushFolders(folders: Iterable<string>): Promise<void> {
  await settleAll([...new Set(folders)].map(flushFolder));
}

async function flushFolder(folder: string): Promise<void> {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (errno(error) === 'ENOENT') return;
    throw ioError(`open ${folder}`, error);
  }
  try {
    await flush(fd, folder);
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes all bytes, at the file's position or at `position`; a short write goes on where it stopped. One that takes nothing is a full disk in disguise, and
 * would loop for ever.
 */
export function writeWhole(fd: number, bytes: Uint8Array, position: number | null = null): void {
  for (let done = 0; done < bytes.length; ) {
    const wrote = writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done);
    if (wrote <= 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'ENOSPC' });
    done += wrote;
  }
}

/** Waits for every promise, then throws the first failure: nothing still runs when the caller cleans up. */
export async function settleAll(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
