import type { LedgerSession } from '../../ledger/session.ts';
import type { Found } from './check.ts';

/** Looks in a row that must find something; the pause before each, in milliseconds. A publish takes a few of them. */
const LOOKS = 5;
const PAUSE_MS = 100;

/** What is wrong in every one of several looks: while somebody publishes, the ledger, its refs and its views differ for a moment. */
export async function steady(session: LedgerSession, look: () => Promise<readonly Found[]>): Promise<readonly Found[]> {
  let found = await look();
  for (let again = 1; found.length > 0 && again < LOOKS; again += 1) {
    await session.world.clock.sleep(PAUSE_MS);
    await session.refresh();
    found = await look();
  }
  return found;
}
