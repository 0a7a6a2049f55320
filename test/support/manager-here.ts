import { chokidarWatch } from '../../src/adapters/watch/chokidar-watch.ts';
import { Manager } from '../../src/app/manager/manager.ts';
import type { ManagerEnd } from '../../src/app/manager/options.ts';
import type { World } from '../../src/app/world.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import type { LogLine } from '../../src/ports/log.ts';
import type { Watch } from '../../src/ports/watch.ts';
import { WORKER } from './programs.ts';
import type { RealWorld } from './real-world.ts';


/** A watcher that never hears anything. */
export const deaf: Watch = { folders: () => Promise.resolve({ add: () => undefined, close: () => Promise.resolve() }) };

export interface ManagedHere {
  /** How much faster its monotonic time goes; its beats with it. */
  readonly speed?: number;
  readonly watch?: Watch;
  /** Worktrees beside the main one. */
  readonly others?: () => readonly string[];
  /** What is different about its world. */
  readonly change?: (world: World) => Partial<World>;
}

/** A manager with the real adapters in this very process, while `test` runs; then it is drained. Gives how it ended. */
export async function managedHere(world: RealWorld, options: ManagedHere, test: (said: (code: string) => readonly LogLine[]) => Promise<void>): Promise<ManagerEnd> {
  const lines: LogLine[] = [];
  const wired = await wireWorld(world.folder, world.env, { say: (line) => void lines.push(line) }, [process.execPath, WORKER]);
  const { speed = 1, watch = chokidarWatch(), others = () => [], change } = options;
  const { clock } = wired;
  const faster: World = { ...wired, clock: { now: () => clock.now(), monotonic: () => clock.monotonic() * speed, sleep: (ms, signal) => clock.sleep(ms / speed, signal) } };
  const [drain, stop] = [new AbortController(), new AbortController()];
  const ended = Manager.run({ ...faster, ...change?.(faster) }, watch, { until: 'stopped', worktrees: () => Promise.resolve([world.folder, ...others()]), version: 'test', page: 'the page\n', drain: drain.signal, stop: stop.signal });
  try {
    await Promise.race([test((code) => lines.filter((line) => line.code === code)), ended]);
    drain.abort();
    return await ended;
  } finally {
    stop.abort();
    await ended.then(undefined, () => undefined);
    await wired.work.close();
    await wired.git.close();
  }
}
