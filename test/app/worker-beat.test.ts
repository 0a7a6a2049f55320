// A worker's signs of life, and a disk that takes none of them for a time.
import { expect, it } from 'vitest';
import { FileFailure } from '../../src/adapters/files/failure.ts';
import { layoutOf } from '../../src/app/layout.ts';
import { beat } from '../../src/app/worker/beat.ts';
import type { FileFault } from '../../src/ports/files.ts';
import { fakeFiles } from '../support/fake-files.ts';

const layout = layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' });

/** The beats that are on the disk after five turns, of which those that are named met a fault. */
async function beats(faults: Readonly<Record<number, FileFault>>): Promise<number> {
  const files = fakeFiles();
  await files.folder('/repo/.git/coo');
  const stop = new AbortController();
  let turn = 0;
  const append: typeof files.append = async (path, bytes) => {
    const fault = faults[(turn += 1)];
    if (fault !== undefined) throw new FileFailure(fault);
    return files.append(path, bytes);
  };
  const sleep = async (): Promise<void> => {
    if (turn === 5) stop.abort();
    return Promise.resolve();
  };
  await beat({ files: { ...files, append }, clock: { now: () => 0, monotonic: () => 0, sleep }, layout }, 'p.a.1', 1, stop.signal);
  return (await files.info('/repo/.git/coo/beats/p.a.1'))?.size ?? 0;
}

it('goes on after a disk took some of them not', async () => {
  const path = '/repo/.git/coo/beats/p.a.1';
  expect(await beats({})).toBe(5);
  expect(await beats({ 1: { code: 'FILE_IO', path, cause: 'EIO' }, 3: { code: 'FILE_IO', path, cause: 'ENOSPC' } })).toBe(3);
});

it('ends where the folder of coo is gone', async () => {
  await expect(beats({ 2: { code: 'FILE_ABSENT', path: 'beats' } })).rejects.toMatchObject({ fault: { code: 'FILE_ABSENT' } });
});
