import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from './failure.ts';
import { settled, withFd, type RawFs } from './raw-fs.ts';
import { tempName } from './temp-name.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY;

/** Hands out names for files being written in one process. */
export interface TempNames {
  readonly nonce: string;
  serial: number;
}

/** Writes until all is out. A write that takes nothing is ENOSPC in disguise and would loop for ever. */
export async function writeAll(raw: RawFs, fd: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const wrote = await raw.write(fd, bytes, done, bytes.length - done);
    if (wrote <= 0) throw Object.assign(new Error('the disk took no bytes'), { code: 'ENOSPC' });
    done += wrote;
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(raw: RawFs, folder: string): Promise<void> {
  await withFd(raw, await raw.open(folder, FOLDER, 0), (fd) => raw.fsync(fd));
}

async function openTemp(raw: RawFs, folder: string, mode: number, names: TempNames): Promise<{ fd: number; temp: string }> {
  for (;;) {
    const temp = join(folder, tempName(names.nonce, names.serial++));
    try {
      return { fd: await raw.open(temp, NEW_FILE, mode), temp };
    } catch (error) {
      // A seeded nonce meets what its last run left; the serial makes this end.
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** How a whole temporary file gets its final name. */
export type Placing = 'create' | 'replace';

/**
 * Writes a whole file under another name, then gives it its own in one step. With `durable` both the bytes and the name are on the
 * disk when this resolves. After an error the old content stands, or the new one whole, never a part; a failed fsync is not retried.
 */
export async function place(
  raw: RawFs,
  names: TempNames,
  path: string,
  bytes: Uint8Array,
  how: { readonly placing: Placing; readonly durable: boolean; readonly mode: number },
): Promise<void> {
  const folder = dirname(path);
  const { fd, temp } = await openTemp(raw, folder, how.mode, names);
  try {
    await withFd(raw, fd, async () => {
      await writeAll(raw, fd, bytes);
      if (how.durable) await raw.fsync(fd);
    });
    await (how.placing === 'create' ? raw.link(temp, path) : raw.rename(temp, path));
  } catch (error) {
    // Best effort: a leftover carries our nonce and is found later.
    await settled(raw.unlink(temp));
    throw error;
  }
  if (how.placing === 'create') await raw.unlink(temp);
  if (how.durable) await syncFolder(raw, folder);
}
