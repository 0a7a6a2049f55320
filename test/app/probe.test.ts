import { describe, expect, it } from 'vitest';
import { FileFailure } from '../../src/adapters/files/failure.ts';
import { probeFiles } from '../../src/app/ledger/probe.ts';
import { layoutOf } from '../../src/app/layout.ts';
import type { Files } from '../../src/ports/files.ts';
import { fakeFiles } from '../support/fake-files.ts';

/** A world of which the probe sees the files alone. */
async function probed(change: (files: Files) => Partial<Files>): Promise<void> {
  const files = fakeFiles();
  await files.folder('/repo/.git/coo');
  const layout = layoutOf({ worktree: '/repo', common: '/repo/.git', stateHome: '/state' });
  try {
    await probeFiles({ files: { ...files, ...change(files) }, layout, random: { hex: () => 'aa', unit: () => 0 } });
  } finally {
    expect(await files.list('/repo/.git/coo')).toEqual([]);
  }
}

describe('the probe of a file system (fault 20)', () => {
  it('finds a sound one sound, and leaves nothing', async () => {
    await probed(() => ({}));
  });

  it.each([
    ['read-only', (): Partial<Files> => ({ create: () => Promise.reject(new Error('EROFS')) }), 'written there for good (EROFS)'],
    ['without exclusive creation', (files: Files): Partial<Files> => ({ create: (path, bytes) => files.replace(path, bytes) }), 'created again'],
    ['without a rename that replaces', (): Partial<Files> => ({ replace: () => Promise.resolve() }), 'not the one that is read'],
  ])('refuses one that is %s', async (_name, change, message) => {
    await expect(probed(change)).rejects.toMatchObject({ code: 'FILES_UNFIT', message: expect.stringContaining(message) as string });
  });

  it.each(['ENOSPC', 'EDQUOT'])('says of one that is full (%s) that it is full, not that it is unfit', async (code) => {
    const full = (): Partial<Files> => ({ create: (path) => Promise.reject(new FileFailure({ code: 'FILE_IO', path, cause: code })) });
    await expect(probed(full)).rejects.toMatchObject({ code: 'DISK_FULL', exit: 75, fix: expect.stringContaining('df -h') as string });
  });
});
