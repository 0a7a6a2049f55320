import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errno } from '../git-store/errors.ts';

const BLOCK_BYTES = 512;

/** Bytes on the disk below a path, links not followed. Files come and go meanwhile: what is gone, or not ours to see, counts nothing. */
export async function bytesBelow(path: string): Promise<number> {
  const linked = new Set<string>();
  const walk = async (at: string): Promise<number> => {
    const found = await absentAs(undefined, () => lstat(at));
    if (found === undefined) return 0;
    const id = `${String(found.dev)} ${String(found.ino)}`;
    if (linked.has(id)) return 0;
    if (found.nlink > 1 && !found.isDirectory()) linked.add(id);
    const own = found.blocks * BLOCK_BYTES;
    if (!found.isDirectory()) return own;
    const names = await absentAs([], () => readdir(at));
    const below = await Promise.all(names.map(async (name) => walk(join(at, name))));
    return below.reduce((sum, bytes) => sum + bytes, own);
  };
  return walk(path);
}

async function absentAs<T>(otherwise: T, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return otherwise;
  }
}
