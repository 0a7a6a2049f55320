import { isFault } from '../faults.ts';
import { Failure } from '../failure.ts';
import type { LedgerWorld } from '../world.ts';

const encoder = new TextEncoder();

/**
 * Tries what everything rests on, in the place where it will be needed: a durable create (O_EXCL, fsync of file and folder, link), a second
 * create under the same name that must be refused, a rename over a name. A read-only disk, or a network mount that fakes one of these, is
 * refused with FILES_UNFIT before anything is acknowledged on it; one that is full, with DISK_FULL.
 */
export async function probeFiles(world: Pick<LedgerWorld, 'files' | 'layout' | 'random'>, folder = world.layout.coo): Promise<void> {
  const { files, random } = world;
  const name = `${folder}/.probe-${random.hex(8)}`;
  const say = (what: string, cause?: unknown): Failure =>
    new Failure({ code: 'FILES_UNFIT', message: `the file system of ${folder} cannot hold a ledger: ${what}${cause instanceof Error ? ` (${cause.message})` : ''}`, fix: 'move the repository to a local, writable disk', cause });
  try {
    await files.folder(folder);
    await files.create(name, encoder.encode('1'));
    const taken = await refuses(async () => files.create(name, encoder.encode('2')));
    if (!taken) throw say('a name that exists can be created again');
    await files.replace(name, encoder.encode('3'));
    const read = new TextDecoder().decode(await files.read(name, 16));
    if (read !== '3') throw say('a file that was renamed into place is not the one that is read');
    await files.remove(name);
  } catch (cause) {
    // What failed is told; that its trace stays as well is not worth another word.
    await files.remove(name).catch(() => undefined);
    if (cause instanceof Failure) throw cause;
    if (isFull(cause)) throw new Failure({ code: 'DISK_FULL', message: `there is no room on the disk of ${folder}: not a file can be written there`, fix: `make room (df -h '${folder}'), then run the command again`, exit: 75, cause });
    throw say('a file cannot be written there for good', cause);
  }
}

/** Whether a write failed for want of room: that passes, and says nothing about what the disk can do. */
function isFull(cause: unknown): boolean {
  return isFault(cause, 'FILE_IO') && cause.fault.code === 'FILE_IO' && (cause.fault.cause === 'ENOSPC' || cause.fault.cause === 'EDQUOT');
}

async function refuses(create: () => Promise<void>): Promise<boolean> {
  try {
    await create();
    return false;
  } catch (cause) {
    if (isFault(cause, 'FILE_EXISTS')) return true;
    throw cause;
  }
}
