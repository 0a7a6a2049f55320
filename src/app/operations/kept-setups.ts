import { byteCount } from '../../format/byte-count.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { cacheFolder, readKept } from '../worker/cache.ts';
import { deadClaims } from '../worker/ports.ts';
import type { World } from '../world.ts';
import type { Leftover } from './leftovers.ts';

/** A set-up that no attempt used for so long, in milliseconds, belongs to a lock file of old. */
const UNUSED_MS = 2_592_000_000;
/** All set-ups of one ledger together; those used last stay. */
const MOST_BYTES = 10_737_418_240;
/** A copy that is being made changes more often than this, in milliseconds. */
const OLD_MS = 86_400_000;

/** Kept set-ups past keeping, and ports of attempts that died. Whoever is copying one that goes sets up by itself. */
export async function unused(world: World, { state }: LedgerSession): Promise<readonly Leftover[]> {
  const folder = cacheFolder(world.layout, state.ledger ?? 'unknown');
  const found: Leftover[] = [];
  const entries: { readonly path: string; readonly used_ms: number; readonly bytes: number }[] = [];
  const now = world.clock.now();
  for (const name of await world.files.list(folder)) {
    const path = `${folder}/${name}`;
    const kept = name.startsWith('.') ? undefined : await readKept(world, path);
    const used_ms = ((await world.files.info(`${path}/used`)) ?? (await world.files.info(path)))?.mtimeMs ?? now;
    if (kept !== undefined) entries.push({ path, used_ms, bytes: kept.bytes });
    else if (now - used_ms > OLD_MS) found.push({ path, why: 'a set-up that was never kept whole' });
  }
  let total = 0;
  for (const { path, used_ms, bytes } of entries.toSorted((a, b) => b.used_ms - a.used_ms)) {
    total += bytes;
    if (now - used_ms > UNUSED_MS) found.push({ path, why: 'a set-up that was not used for 30 days' });
    else if (total > MOST_BYTES) found.push({ path, why: `set-ups take more than ${byteCount(MOST_BYTES)}, and this one was used least lately` });
  }
  return [...found, ...(await deadClaims(world)).map((path) => ({ path, why: 'ports of an attempt that died' }))];
}
