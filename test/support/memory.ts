/**
 * Where the quick suite makes its folders: in memory, where the system has a folder there with room enough. A disk's journal took a quarter of the
 * system time of the tests that make many repositories. Suites about a disk mount their own, and the slow ones stay on the disk.
 */
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** Bytes; a run has some 200 MB at once, and coo starts nothing below limits.free_disk_bytes. */
const ROOM = 4 * 2 ** 30;

function hasRoom(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

/** Vitest calls it before it starts a process for a test, and calls what it gives at the end. Whoever set TMPDIR has chosen. */
export function setup(): (() => void) | undefined {
  if (process.env['TMPDIR'] !== undefined || !hasRoom()) return undefined;
  const folder = mkdtempSync(join(MEMORY, 'coo-tests-'));
  // As through any temporary folder another user may go through it: a test becomes one.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  return () => {
    delete process.env['TMPDIR'];
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}
