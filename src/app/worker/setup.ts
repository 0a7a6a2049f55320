import type { CommandRecord } from '../../format/run.ts';
import type { Order } from '../../kernel/order.ts';
import type { World } from '../world.ts';
import { SetupCache } from './cache.ts';
import { passed, runCommands } from './commands.ts';
import type { Bench } from './commands.ts';

/** Where set-up runs, and whether what it makes is kept: only what it made from accepted files may serve others. */
export interface Setup {
  readonly world: World;
  readonly ledger: string;
  readonly order: Order;
  readonly bench: Bench;
  readonly keep: boolean;
}

/** Runs an order's set-up in a fresh workspace, or puts in place what the same set-up made before. */
export async function runSetup({ world, ledger, order, bench, keep }: Setup, time: { readonly deadline: number; readonly eachMs: number }): Promise<readonly CommandRecord[]> {
  const cache = await SetupCache.of(world, ledger, order, bench);
  const cached = await cache?.restore();
  if (cached !== undefined) return cached;
  const records = await runCommands(bench, 'setup', order.setup, time);
  if (keep && records.every(passed)) await cache?.keep(records);
  return records;
}
