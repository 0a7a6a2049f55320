import nodeModule from 'node:module';
import { readFileSync, readSync, writeSync } from 'node:fs';

type Env = Record<string, string>;

interface Task {
  readonly order_id: string;
  readonly env: Env;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** After so many a spare leaves: what a long life gathers goes with it. */
const ATTEMPTS = 100;

/**
 * A worker's process: `worker <common git folder> <order id>`. Started by the manager, outlives it, ends with the attempt.
 * SIGTERM asks it to stop its commands, to leave a result, and to go. Without an order id it is a spare: it makes itself ready, waits on standard
 * input for a line that names an order and its environment, and after that attempt for the next. It leaves when its manager does.
 */
async function main(): Promise<number> {
  nodeModule.enableCompileCache();
  const [common, named] = process.argv.slice(2);
  if (common === undefined) return 2;
  const own: Env = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) own[name] = value;
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  // After the compile cache is on: an attempt waits for this process to come up.
  const [{ hostAttempt }, { wireWorld }] = await Promise.all([import('../app/worker/host.ts'), import('./wire.ts')]);
  const world = await wireWorld(common, own, { say: () => undefined }, [process.execPath, process.argv[1] ?? '']);
  /** Whether it was let to its end. */
  const attempt = async (task: Task): Promise<boolean> => {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    for (const signal of SIGNALS) process.on(signal, abort);
    await hostAttempt({ ...world, env: task.env }, task.order_id, version, true, stop.signal);
    // A spare that waits has nothing to leave behind, and ends by a signal at once.
    for (const signal of SIGNALS) process.off(signal, abort);
    return !stop.signal.aborted;
  };
  if (named === undefined) {
    let task = given();
    for (let done = 1; task !== undefined; done += 1) {
      // Whoever asked it to stop may kill it a moment later: that must not hit the next attempt.
      const goesOn = (await attempt(task)) && done < ATTEMPTS;
      task = goesOn && saysItWaits() ? given() : undefined;
    }
  } else await attempt({ order_id: named, env: own });
  await world.work.close();
  await world.git.close();
  return 0;
}

/** Whether anybody is there to hear it. */
function saysItWaits(): boolean {
  try {
    writeSync(1, '\n');
    return true;
  } catch {
    return false;
  }
}

/** The line that a spare waits for; undefined when its manager is gone and has not said a whole one. It waits without a turn of the loop. */
function given(): Task | undefined {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(65_536);
    const length = readSync(0, part);
    if (length === 0) return undefined;
    parts.push(part.subarray(0, length));
    const [line, rest] = Buffer.concat(parts).toString('utf8').split('\n');
    if (line !== undefined && rest !== undefined) return JSON.parse(line) as Task;
  }
}

process.exitCode = await main();
