import { posix } from 'node:path';
import { byteCount } from '../../format/byte-count.ts';
import type { Finding } from '../../kernel/event.ts';
import { ATTEMPT_DISK_BYTES } from '../../kernel/limits.ts';
import type { World } from '../world.ts';

/** How often it is looked, in milliseconds. */
const LOOK_MS = 1_000;
/** The files are counted when this part of the cap went away from what the disk has free: most looks ask for nothing but that. */
const SHARE = 16;
/** And after so many looks in any case: others may make room meanwhile. */
const LOOKS = 10;

export interface DiskWatch {
  /** Aborted when the attempt takes more than it may. */
  readonly signal: AbortSignal;
  /** Why, once that is so. */
  finding(): Finding | undefined;
  stop(): void;
}

/**
 * Watches what an attempt's folders take of the disk. It is a watch and not a wall: between two looks a program writes what the disk takes in a
 * second, and a sixteenth of the cap beside.
 */
export function watchDisk({ clock, files, trees }: Pick<World, 'clock' | 'files' | 'trees'>, folders: readonly [string, ...string[]], cap = ATTEMPT_DISK_BYTES): DiskWatch {
  const over = new AbortController();
  const done = new AbortController();
  let taken: number | undefined;
  const watch = async (): Promise<void> => {
    let counted = await files.free(posix.dirname(folders[0]));
    let looks = 0;
    for (;;) {
      await clock.sleep(LOOK_MS, done.signal);
      if (done.signal.aborted) return;
      const free = await files.free(posix.dirname(folders[0]));
      looks += 1;
      counted = Math.max(counted, free);
      if (counted - free < cap / SHARE && looks < LOOKS) continue;
      [counted, looks] = [free, 0];
      const sizes = await Promise.all(folders.map(async (folder) => trees.bytes(folder)));
      const sum = sizes.reduce((all, bytes) => all + bytes, 0);
      if (sum <= cap) continue;
      taken = sum;
      over.abort();
      return;
    }
  };
  // The folder of all attempts was taken away: there is nothing left to look at.
  void watch().catch(() => done.abort());
  return {
    signal: over.signal,
    finding: () => (taken === undefined ? undefined : { code: 'DISK_CAP', message: `it took ${byteCount(taken)} of the disk, more than limits.disk_bytes (${byteCount(cap)}), and was ended` }),
    stop: () => done.abort(),
  };
}
