import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Machine } from '../../ports/machine.ts';
import { errno } from '../git-store/errors.ts';
import { bubblewrapStanding } from '../sandbox/bubblewrap.ts';
import { gitLocks } from './git-locks.ts';
import { findProgram } from './program.ts';
import { bytesBelow } from './usage.ts';
import { countWatches, tryWatch } from './watches.ts';

const GIT_MS = 10_000;

export interface OsMachineOptions {
  readonly node: string;
  /** PATH for programs. */
  readonly searchPath: string;
}

/** The machine that this process runs on. */
export function osMachine({ node, searchPath }: OsMachineOptions): Machine {
  return {
    node,
    git: async () =>
      new Promise((resolve) => {
        execFile('git', ['version'], { env: { PATH: searchPath, LC_ALL: 'C' }, encoding: 'utf8', timeout: GIT_MS }, (error, stdout) => {
          resolve(error === null ? { ok: true, version: stdout.trim() } : { ok: false, why: error.message.split('\n')[0] ?? '' });
        });
      }),
    program: (name) => findProgram(searchPath, name),
    sandbox: async () => bubblewrapStanding(searchPath),
    watches: countWatches,
    unwatchable: tryWatch,
    mount: mountOf,
    locks: gitLocks,
    bytes: bytesBelow,
  };
}

/** The kind of the longest mount point above a path. */
function mountOf(path: string): string | undefined {
  let found: { readonly at: string; readonly kind: string } | undefined;
  for (const line of mounts()) {
    // `36 35 98:0 /root /mount/point rw shared:1 - ext4 /dev/vda rw`; spaces in names are written \040.
    const [left = '', right = ''] = line.split(' - ');
    const at = (left.split(' ')[4] ?? '').replaceAll(String.raw`\040`, ' ');
    const kind = right.split(' ')[0] ?? '';
    const isAbove = at === '/' || path === at || path.startsWith(`${at}/`);
    if (at !== '' && isAbove && at.length >= (found?.at.length ?? 0)) found = { at, kind };
  }
  return found?.kind;
}

function mounts(): readonly string[] {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return [];
  }
}
