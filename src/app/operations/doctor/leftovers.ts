import { byteCount } from '../../../format/byte-count.ts';
import { endedAttempts } from '../gc.ts';
import { needsLedger } from './check.ts';
import type { Check } from './check.ts';

/** What ended attempts left, and how much room `coo gc` would make. */
export const leftoversCheck: Check = async ({ world, session, machine }) => {
  if (session === undefined) return needsLedger('leftovers');
  const ended = await endedAttempts(world, session);
  if (ended.length === 0) return [{ check: 'leftovers', state: 'ok', message: 'ended attempts left nothing' }];
  let bytes = 0;
  for (const { folder } of ended) bytes += await machine.bytes(folder);
  return [{ check: 'leftovers', state: 'ok', message: `${String(ended.length)} ended attempts left ${byteCount(bytes)}; coo gc rescues their work and frees that` }];
};
