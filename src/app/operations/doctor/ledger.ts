import { isoTime } from '../../../kernel/iso.ts';
import { Failure } from '../../failure.ts';
import { readHome } from '../../ledger/home.ts';
import { DEFAULT_PREFIX, refNames } from '../../ledger/names.ts';
import { noLedger } from '../no-ledger.ts';
import type { Check } from './check.ts';
import { shownBeyond } from './beyond.ts';
import { lostEnd, lostFiles } from './memory.ts';

/** Whether the ledger opens: what was seen is still in it, its files are there, and every entry folds. `coo verify` proves more. */
export const ledgerCheck: Check = async ({ world, session, closed, worktrees }) => {
  const refs = refNames((await readHome(world))?.prefix ?? DEFAULT_PREFIX);
  const lost = [...(await lostEnd(world, refs)), ...(await lostFiles(world, refs, worktrees))];
  if (lost.length === 0 && closed === undefined) lost.push(...(await shownBeyond(world, refs, session, worktrees)));
  if (lost.length > 0) return lost;
  if (closed !== undefined) {
    const message = closed instanceof Error ? closed.message : 'the ledger does not open';
    return [{ check: 'ledger', state: 'bad', message, fix: closed instanceof Failure ? closed.fix : 'coo verify' }];
  }
  if (session === undefined) {
    const { code, message, fix } = await noLedger(world);
    return [{ check: 'ledger', state: code === 'LEDGER_REWOUND' ? 'bad' : 'warn', message, fix }];
  }
  return [{ check: 'ledger', state: 'ok', message: `${String(session.seq)} entries, the last of ${isoTime(Date.parse((await session.entry(session.seq)).entry.at))}` }];
};
