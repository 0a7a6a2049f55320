// The disk of the repository, its workspaces with it, runs full in the middle of a plan: a small disk of its own, where mounting is permitted.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../../src/app/verify/verify.ts';
import { once } from '../support/plans.ts';
import { endOf, inWorld, outputOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const COO = join(import.meta.dirname, '../../dist/bin/coo.js');

/** Gives `test` a folder that is a disk of this size. False where none may be mounted. */
async function onDisk(size: string, test: (disk: string) => Promise<void>): Promise<boolean> {
  const top = mkdtempSync(join(tmpdir(), 'coo-disk-'));
  const disk = join(top, 'disk');
  mkdirSync(disk);
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]).status !== 0) return false;
    try {
      await test(disk);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
    return true;
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

/** Writes until the disk takes no byte more. */
function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (const size of [65_536, 1]) {
      for (;;) writeSync(file, Buffer.alloc(size));
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'ENOSPC') throw cause;
  } finally {
    closeSync(file);
  }
}

/** A command in a world: its exit code and all it said. */
async function coo(world: RealWorld, ...args: readonly string[]): Promise<{ readonly exit: number | null; readonly said: string }> {
  const child = world.start([COO, '-C', world.folder, ...args]);
  return { exit: await endOf(child), said: outputOf(child) };
}

it('full before the first start: said in a line, with what to do', async ({ skip }) => {
  const mounted = await onDisk('8m', async (disk) => {
    await inWorld({ within: disk, limits: { free_disk_bytes: 0 } }, async (world) => {
      rmSync(join(world.repo.gitDir, 'coo/attempts.git'), { recursive: true, force: true });
      fill(join(disk, 'ballast'));
      const { exit, said } = await coo(world, 'run', '--until-idle');
      expect([exit, said]).toEqual([75, expect.stringMatching(/^coo: there is no room on .* \[DISK_FULL\]\n/)]);
      expect(said).not.toMatch(/fault in coo| at /);
    });
  });
  if (!mounted) skip('no disk may be mounted here');
});

it('is said with what to do, leaves what stood whole, and once there is room again the plan comes to its end with nothing lost', async ({ skip }) => {
  const mounted = await onDisk('48m', async (disk) => {
    await inWorld({ within: disk, limits: { free_disk_bytes: 0, lease: 20_000 } }, async (world) => {
      const away = (name: string): string => join(disk, '..', name);
      const waits = `: > '${away('at-work')}'; while [ ! -e '${away('go')}' ]; do sleep 0.05; done`;
      world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] }), once('b', `${waits}; echo b > b.txt`, { outputs: ['b.txt'], depends_on: ['a'] }), once('c', 'echo c > c.txt', { outputs: ['c.txt'], depends_on: ['b'] })] });
      const manager = world.start([COO, '-C', world.folder, 'run']);
      await world.untilFile(away('at-work'));
      const { head } = await world.fresh();
      const ballast = join(disk, 'ballast');
      fill(ballast);
      writeFileSync(away('go'), '');
      expect([await endOf(manager), outputOf(manager)]).toEqual([7, expect.stringMatching(/ENOSPC \[HALTED\]\n.* then: coo doctor --repair/)]);
      // Still full: the next manager begins nothing, what is read is whole.
      expect(await coo(world, 'run')).toEqual({ exit: 75, said: expect.stringMatching(/\[DISK_FULL\]\n(.*\n)?.*make room \(df -h /) as string });
      expect(await coo(world, 'verify')).toMatchObject({ exit: 0 });
      expect(await coo(world, 'doctor', '--repair')).toEqual({ exit: 1, said: expect.stringMatching(/bad {5}files .*there is no room on the disk[^\n]*\n *next: +make room/) as string });
      // The mark stands, though there was no room for a word in it.
      rmSync(ballast);
      expect(await coo(world, 'run', '--until-idle')).toEqual({ exit: 7, said: expect.stringMatching(/no room to say which \[HALTED\]\n.*then: coo doctor --repair/) as string });
      expect(await coo(world, 'verify')).toMatchObject({ exit: 0 });
      expect(await coo(world, 'doctor', '--repair')).toEqual({ exit: 0, said: expect.stringContaining('this clone writes again') as string });
      expect((await coo(world, 'run', '--until-idle')).exit).toBe(0);
      expect(await world.steps('p')).toBe('a done, b done, c done');
      expect((await world.eventsOf('run.accepted')).map(({ step_id }) => step_id)).toEqual(['a', 'b', 'c']);
      for (const id of ['a', 'b', 'c']) expect(world.repo.git('show', `main:${id}.txt`)).toBe(id);
      expect(world.repo.git('merge-base', '--is-ancestor', head ?? '', 'coo/ledger')).toBe('');
      expect((await verify(world.world)).findings).toEqual([]);
      world.repo.git('fsck', '--strict', '--no-dangling');
    });
  });
  if (!mounted) skip('no disk may be mounted here');
});
