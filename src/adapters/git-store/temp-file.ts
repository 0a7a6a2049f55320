import { chmodSync, closeSync, constants, mkdirSync, openSync, statSync, unlinkSync } from 'node:fs';
import { writeWhole } from './durable.ts';
import { errno } from './errors.ts';

/** A file written under a name that git clears away, open and not yet durable. */
export interface TempFile {
  readonly fd: number;
  readonly path: string;
}

/** Writes a new read-only file in a folder of `objectsDir`, which is made when it is missing. */
export function writeTemp(objectsDir: string, folder: string, path: string, bytes: Uint8Array): TempFile {
  const fd = createIn(objectsDir, folder, path);
  try {
    writeWhole(fd, bytes);
  } catch (error) {
    closeSync(fd);
    removeTemp(path);
    throw error;
  }
  return { fd, path };
}

export function removeTemp(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    // Renamed already, or the disk is failing and the error that brought us here tells more; git removes tmp_* later.
    if (errno(error) === undefined) throw error;
  }
}

/** Creates a file, and its folder when that is missing; git removes empty fan-out folders at any time, so more than one try can be needed. */
function createIn(objectsDir: string, folder: string, path: string): number {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o444);
    } catch (error) {
      if (errno(error) !== 'ENOENT' || attempt > 20) throw error;
    }
    try {
      mkdirSync(folder);
      // Shared repositories give their folders group rights; a new one gets what the objects folder has.
      chmodSync(folder, statSync(objectsDir).mode & 0o7777);
    } catch (error) {
      // Made by another meanwhile, or removed again already: the next try tells.
      if (errno(error) !== 'EEXIST' && errno(error) !== 'ENOENT') throw error;
    }
  }
}
