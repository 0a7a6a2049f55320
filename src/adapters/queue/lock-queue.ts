import { lstat, mkdir, rmdir, utimes } from 'node:fs/promises';
import type { Clock } from '../../ports/clock.ts';
import type { Queue } from '../../ports/lock.ts';
import type { Random } from '../../ports/random.ts';
import { acquire, STALE_MS, type Release } from './stale-lock.ts';

/** Waits between two tries are drawn between these, in ms: a turn takes about 5. */
const SHORTEST_WAIT_MS = 1;
const LONGEST_WAIT_MS = 50;

export interface LockQueueOptions {
  /** What is queued for; the lock is the folder `<path>.lock` beside it. The folder above must exist. */
  readonly path: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * A queue made of one folder: who makes it has the turn. The free case is one `mkdir`, the same that proper-lockfile does; the package
 * itself, which knows when a lock was left behind, is loaded only when the folder is already there.
 *
 * A lock is stale when its owner has not touched it for 2 s. Two waiters that see that at the same moment can both get the turn: this
 * keeps noise down and protects nothing.
 */
export function lockQueue({ path, clock, random }: LockQueueOptions): Queue {
  const folder = `${path}.lock`;

  const tryOnce = async (): Promise<Release | undefined> => {
    if (await makes(folder)) return hold(folder, clock);
    await redate(folder, clock);
    return acquire(path);
  };

  return {
    async turn(withinMs) {
      const end = clock.monotonic() + withinMs;
      for (let longest = SHORTEST_WAIT_MS * 4; ; longest = Math.min(longest * 2, LONGEST_WAIT_MS)) {
        const release = await tryOnce();
        if (release !== undefined) return release;
        const left = end - clock.monotonic();
        if (left <= 0) return undefined;
        await clock.sleep(Math.min(left, SHORTEST_WAIT_MS + random.unit() * longest));
      }
    },
    async busy() {
      const touched = await touchedAt(folder);
      return touched !== undefined && clock.now() - touched < STALE_MS;
    },
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

async function makes(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** When a lock was last touched, in ms since 1970; undefined when there is none. */
async function touchedAt(folder: string): Promise<number | undefined> {
  try {
    return (await lstat(folder)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function touch(folder: string, clock: Clock): Promise<void> {
  const now = clock.now() / 1000;
  try {
    await utimes(folder, now, now);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** A lock from the future, since the wall clock was set back, would not go stale until that time comes: it starts to age now. */
async function redate(folder: string, clock: Clock): Promise<void> {
  const touched = await touchedAt(folder);
  // proper-lockfile itself dates up to a second ahead.
  if (touched !== undefined && touched - clock.now() > STALE_MS) await touch(folder, clock);
}

/** Keeps a lock fresh until it is released, as proper-lockfile does with its own. A lock touched by another is no longer ours. */
async function hold(folder: string, clock: Clock): Promise<Release> {
  let ours = await touchedAt(folder);
  const over = new AbortController();
  const isOurs = async (): Promise<boolean> => ours !== undefined && (await touchedAt(folder)) === ours;

  const freshen = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(STALE_MS / 2, over.signal);
      if (over.signal.aborted || !(await isOurs())) return;
      await touch(folder, clock);
      ours = await touchedAt(folder);
    }
  };
  // A lock that cannot be kept fresh goes to the next waiter: the swap decides between the two.
  const fresh = freshen().then(undefined, () => undefined);

  return async () => {
    if (over.signal.aborted) return;
    over.abort();
    await fresh;
    if (await isOurs()) await removeFolder(folder);
  };
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
