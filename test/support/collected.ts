// What `coo gc` takes, by a clock that is ahead.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { gc } from '../../src/app/operations/gc.ts';
import type { World } from '../../src/app/world.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import type { RealWorld } from './real-world.ts';

export const HOUR_MS = 3_600_000;
export const MONTH_MS = 31 * 24 * HOUR_MS;

/** Runs in a whole world whose clock is ahead. */
export async function ahead<T>(world: RealWorld, ms: number, run: (later: World) => Promise<T>): Promise<T> {
  const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, ['false']);
  try {
    return await run({ ...whole, clock: { ...whole.clock, now: () => Date.now() + ms } });
  } finally {
    await whole.work.close();
    await whole.git.close();
  }
}

export async function collected(world: RealWorld, ms: number, dry: boolean): ReturnType<typeof gc> {
  return ahead(world, ms, async (later) => gc(later, await LedgerSession.open(later, 'all'), dry));
}

export function plant(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'half of it');
  return path;
}
