import nodeModule from 'node:module';
import { readFileSync, readSync } from 'node:fs';

type Env = Record<string, string>;

/**
 * One attempt's process: `worker <common git folder> <order id>`. Started by the manager, outlives it, ends with the attempt.
 * SIGTERM asks it to stop its commands and to leave a result. Without an order id it is a spare: it makes itself ready, waits on standard
 * input for one line that names the order and its environment, and leaves when its manager does.
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
  const task = named === undefined ? given() : { order_id: named, env: own };
  if (task === undefined) return 0;
  // Not before: a spare that waits has nothing to leave behind, and ends by a signal at once.
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  await hostAttempt({ ...world, env: task.env }, task.order_id, version, true, stop.signal);
  await world.work.close();
  await world.git.close();
  return 0;
}

/** The line that a spare waits for; undefined when its manager is gone and has not said a whole one. It waits without a turn of the loop. */
function given(): { readonly order_id: string; readonly env: Env } | undefined {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(65_536);
    const length = readSync(0, part);
    if (length === 0) return undefined;
    parts.push(part.subarray(0, length));
    const [line, rest] = Buffer.concat(parts).toString('utf8').split('\n');
    if (line !== undefined && rest !== undefined) return JSON.parse(line) as { order_id: string; env: Env };
  }
}

process.exitCode = await main();
