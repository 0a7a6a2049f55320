import { Failure } from '../../failure.ts';
import { readHome, requireHome, requireNotHalted } from '../../ledger/home.ts';
import type { Check } from './check.ts';

/** Whether this clone may append: it holds the marker, is where the marker says, and did not stop writing. */
export const homeCheck: Check = async ({ world, session }) => {
  const home = await readHome(world);
  if (home === undefined) {
    if (session === undefined) return [{ check: 'home', state: 'skipped', message: 'no ledger was begun here' }];
    return [{ check: 'home', state: 'ok', message: 'this clone is not the home of its ledger: it reads and verifies, and refuses to append' }];
  }
  try {
    await requireHome(world, home, session?.state ?? { ledger: home.ledger, home: home.to ?? null });
    await requireNotHalted(world, undefined);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    if (cause.code === 'HOME_MOVED') return [{ check: 'home', state: 'ok', message: cause.message }];
    return [{ check: 'home', state: 'bad', message: cause.message, fix: cause.fix }];
  }
  return [{ check: 'home', state: 'ok', message: `this clone is the home of ledger ${home.ledger}` }];
};
