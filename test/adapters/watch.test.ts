import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { chokidarWatch } from '../../src/adapters/watch/chokidar-watch.ts';
import { watchFailure } from '../../src/adapters/watch/failure.ts';
import { watchContract } from '../contracts/watch.contract.ts';
import { fixture } from '../support/programs.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-watch-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const fresh = (): string => mkdtempSync(join(scratch, 'w-'));

watchContract('chokidar', () => ({ watch: chokidarWatch(), root: fresh() }));

/** inotify watches of this process. */
function watches(): number {
  const { stdout } = spawnSync('sh', ['-c', `cat /proc/${process.pid}/fdinfo/* 2>/dev/null | grep -c '^inotify '`], { encoding: 'utf8' });
  return Number(stdout);
}

it('takes one watch a folder, however many files are in it, and gives it back', async () => {
  const root = fresh();
  const before = watches();
  for (let file = 0; file < 500; file++) writeFileSync(join(root, `${file}`), '');
  const watching = await chokidarWatch().folders([root], () => undefined);
  const during = watches();
  await watching.close();
  expect([during - before, watches() - before]).toEqual([1, 0]);
});

/** A shell in a user namespace of its own, where the limit can be lowered without touching anyone else's. */
const inNamespace = (text: string, ...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync('unshare', ['-Ur', 'sh', '-c', `echo 2 > /proc/sys/user/max_inotify_watches && ${text}`, 'sh', ...args], { encoding: 'utf8', timeout: 20_000 });

it.skipIf(inNamespace('true').status !== 0)('with no watches left says so once, with what to do, and wakes for every folder all the same', () => {
  const { stdout } = inNamespace('exec "$@"', process.execPath, fixture('watch-limit'), fresh());
  expect(JSON.parse(String(stdout))).toEqual({ told: [{ code: 'WATCH_LIMIT', fix: expect.stringContaining('max_user_watches') as string }], woken: 3 });
});

it('has one code per cause', () => {
  const coded = (code: string): Error => Object.assign(new Error('x'), { code });
  expect(['ENOSPC', 'EMFILE', 'EACCES'].map((code) => watchFailure(coded(code)).code)).toEqual(['WATCH_LIMIT', 'WATCH_LIMIT', 'WATCH_IO']);
});
