import { isoTime } from '../../../kernel/iso.ts';
import { Failure } from '../../failure.ts';
import { noLedger } from '../no-ledger.ts';
import type { Check } from './check.ts';

/** Whether the ledger opens: what was seen is still in it, and every entry folds. `coo verify` proves more. */
export const ledgerCheck: Check = async ({ world, session, closed }) => {
  if (closed !== undefined) {
    const message = closed instanceof Error ? closed.message : 'the ledger does not open';
    return [{ check: 'ledger', state: 'bad', message, fix: closed instanceof Failure ? closed.fix : 'coo verify' }];
  }
  if (session === undefined) {
    const { message, fix } = await noLedger(world);
    return [{ check: 'ledger', state: 'warn', message, fix }];
  }
  return [{ check: 'ledger', state: 'ok', message: `${String(session.seq)} entries, the last of ${isoTime(Date.parse((await session.entry(session.seq)).entry.at))}` }];
};
