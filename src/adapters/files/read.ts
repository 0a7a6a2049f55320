import { constants } from 'node:fs';
import { FileFailure, kindOf } from './failure.ts';
import { withFd, type RawFs } from './raw-fs.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Refuses what is not a regular file. Asked of the open descriptor, so that the name cannot be changed in between. */
export async function assertRegular(raw: RawFs, fd: number, path: string): Promise<number> {
  const stats = await raw.fstat(fd);
  const kind = kindOf(stats);
  if (kind !== 'file') throw new FileFailure({ code: 'FILE_NOT_REGULAR', path, kind });
  return stats.size;
}

/**
 * All bytes of a regular file, at most `cap`. The size is checked before a byte is read, and again while reading: a file that grows
 * past the cap meanwhile costs at most `cap + 1` bytes of memory.
 */
export async function readCapped(raw: RawFs, path: string, cap: number): Promise<Uint8Array> {
  return withFd(raw, await raw.open(path, READ, 0), async (fd) => {
    const size = await assertRegular(raw, fd, path);
    if (size > cap) throw new FileFailure({ code: 'FILE_TOO_LARGE', path, size, cap });
    // One byte more than expected, so that the read that finds the end is the last one.
    let buffer = new Uint8Array(size + 1);
    let filled = 0;
    for (;;) {
      if (filled === buffer.length) buffer = grown(buffer, cap);
      const count = await raw.read(fd, buffer, filled, buffer.length - filled);
      if (count === 0) return buffer.subarray(0, filled);
      filled += count;
      if (filled > cap) throw new FileFailure({ code: 'FILE_TOO_LARGE', path, size: filled, cap });
    }
  });
}

function grown(buffer: Uint8Array<ArrayBuffer>, cap: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(cap + 1, Math.max(4096, buffer.length * 2)));
  larger.set(buffer);
  return larger;
}
