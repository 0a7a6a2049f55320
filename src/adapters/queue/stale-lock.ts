import type { LockOptions } from 'proper-lockfile';

/** After this long without a sign of life a lock counts as left behind, in ms. The least that proper-lockfile allows. */
export const STALE_MS = 2_000;

export type Release = () => Promise<void>;
type Lock = (file: string, options: LockOptions) => Promise<Release>;

let loading: Promise<Lock> | undefined;

/**
 * Loads proper-lockfile, and takes back the signal handlers that it brings along: they end the process when they are the last ones
 * left, which cuts in on a drain whose own handler was for one time only. What they were for, a lock left by a signal, goes stale.
 */
async function load(): Promise<Lock> {
  const listeners = (): ReadonlyMap<NodeJS.Signals, readonly NodeJS.SignalsListener[]> => {
    const signals = process.eventNames().filter((name): name is NodeJS.Signals => typeof name === 'string' && name.startsWith('SIG'));
    return new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  };
  const before = listeners();
  const { lock } = await import('proper-lockfile');
  for (const [signal, all] of listeners()) {
    for (const listener of all) if (before.get(signal)?.includes(listener) !== true) process.off(signal, listener);
  }
  return lock;
}

/** One try to get a lock that is there, by taking it over if it is stale. undefined when somebody has it. */
export async function acquire(path: string): Promise<Release | undefined> {
  loading ??= load();
  const lock = await loading;
  try {
    // Held too long without a sign of life and taken over: nothing to do, it is never truth.
    const release = await lock(path, { stale: STALE_MS, realpath: false, retries: 0, onCompromised: () => undefined });
    return () => releaseQuietly(release);
  } catch (error) {
    if (isCode(error, 'ELOCKED', 'ENOENT')) return undefined;
    throw error;
  }
}

async function releaseQuietly(release: Release): Promise<void> {
  try {
    await release();
  } catch (error) {
    // Released before, or taken over.
    if (!isCode(error, 'ERELEASED', 'ENOTACQUIRED')) throw error;
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
