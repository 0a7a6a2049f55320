import { constants } from 'node:fs';
import { dirname } from 'node:path';
import type { FileInfo, Files } from '../../ports/files.ts';
import { about, errnoOf, failureOf, FileFailure, kindOf } from './failure.ts';
import { nodeFs, withFd, type RawFs } from './raw-fs.ts';
import { assertRegular, readCapped } from './read.ts';
import { removeTreePatiently } from './remove-tree.ts';
import { tempNonce } from './temp-name.ts';
import { place, syncFolder, writeAll, type TempNames } from './write.ts';

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Narrowed by the user's umask. */
const FILE_MODE = 0o666;
const FOLDER_MODE = 0o777;

export interface DiskFilesOptions {
  /** The owner's nonce, lower-case letters and digits: marks the files this process is still writing. */
  readonly nonce: string;
  /** The system calls; a test puts failing ones here. */
  readonly raw?: RawFs;
}

/** The disk of this machine. */
export function diskFiles({ nonce, raw = nodeFs }: DiskFilesOptions): Files {
  const names: TempNames = { nonce, serial: 0 };

  const info = async (path: string): Promise<FileInfo | undefined> => {
    try {
      const stats = await raw.lstat(path);
      return {
        kind: kindOf(stats),
        size: stats.size,
        mtimeMs: stats.mtimeMs,
        ctimeMs: stats.ctimeMs,
        inode: stats.ino,
        device: stats.dev,
        links: stats.nlink,
      };
    } catch (error) {
      const failure = failureOf(error, path);
      if (failure.fault.code === 'FILE_ABSENT') return undefined;
      throw failure;
    }
  };

  const folder = async (path: string, mode: number): Promise<void> => {
    try {
      await raw.mkdir(path, mode);
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'EEXIST') return assertFolder(path);
      if (code !== 'ENOENT' || dirname(path) === path) throw error;
      await folder(dirname(path), mode);
      return folder(path, mode);
    }
    // A durable file in a folder whose own name can vanish is not durable.
    await syncFolder(raw, dirname(path));
  };

  const assertFolder = async (path: string): Promise<void> => {
    const kind = (await info(path))?.kind;
    if (kind !== undefined && kind !== 'folder') throw new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind });
  };

  const removeName = async (path: string): Promise<void> => {
    try {
      await raw.unlink(path);
    } catch (error) {
      const failure = failureOf(error, path);
      if (failure.fault.code !== 'FILE_ABSENT') throw failure;
    }
  };

  return {
    info,
    list: (path) =>
      about(path, async () => {
        await assertFolder(path);
        const found = await readdirIfThere(raw, path);
        return found.map((name) => name.toString()).sort();
      }),
    read: (path, cap) => about(path, () => readCapped(raw, path, cap)),
    folder: (path, mode = FOLDER_MODE) => about(path, () => folder(path, mode)),
    create: (path, bytes, mode = FILE_MODE) => about(path, () => place(raw, names, path, bytes, { placing: 'create', durable: true, mode })),
    replace: (path, bytes, mode = FILE_MODE) => about(path, () => place(raw, names, path, bytes, { placing: 'replace', durable: true, mode })),
    replaceView: (path, bytes, mode = FILE_MODE) =>
      about(path, () => place(raw, names, path, bytes, { placing: 'replace', durable: false, mode })),
    append: (path, bytes) =>
      about(path, async () =>
        withFd(raw, await raw.open(path, APPEND, FILE_MODE), async (fd) => {
          await assertRegular(raw, fd, path);
          await writeAll(raw, fd, bytes);
        }),
      ),
    async rename(from, to, keep = false) {
      if (!keep) return about(from, () => raw.rename(from, to));
      // Two steps: a kill between them leaves both names, which the next attempt meets as FILE_EXISTS.
      await linkTo(raw, from, to);
      await about(from, () => raw.unlink(from));
    },
    link: (from, to) => linkTo(raw, from, to),
    remove: removeName,
    async removeAll(path) {
      const found = await info(path);
      if (found === undefined) return;
      if (found.kind !== 'folder') return removeName(path);
      await about(path, () => removeTreePatiently(raw, path));
    },
    writer: tempNonce,
    free: (path) => about(path, () => raw.free(path)),
  };
}

async function readdirIfThere(raw: RawFs, path: string): Promise<readonly Buffer[]> {
  try {
    return await raw.readdir(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** FILE_EXISTS is about the new name, everything else about the old one. */
async function linkTo(raw: RawFs, from: string, to: string): Promise<void> {
  try {
    await raw.link(from, to);
  } catch (error) {
    throw failureOf(error, errnoOf(error) === 'EEXIST' ? to : from);
  }
}
