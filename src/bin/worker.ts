import nodeModule from 'node:module';
import { readFileSync } from 'node:fs';

/**
 * One attempt's process: `worker <common git folder> <order id>`. Started by the manager, outlives it, ends with the attempt.
 * SIGTERM asks it to stop its commands and to leave a result.
 */
async function main(): Promise<number> {
  nodeModule.enableCompileCache();
  const [common, order_id] = process.argv.slice(2);
  if (common === undefined || order_id === undefined) return 2;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  // After the compile cache is on: an attempt waits for this process to come up.
  const [{ hostAttempt }, { wireWorld }] = await Promise.all([import('../app/worker/host.ts'), import('./wire.ts')]);
  const world = await wireWorld(common, env, { say: () => undefined }, [process.execPath, process.argv[1] ?? '']);
  await hostAttempt(world, order_id, version, true, stop.signal);
  await world.work.close();
  await world.git.close();
  return 0;
}

process.exitCode = await main();
