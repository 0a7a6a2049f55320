import type { GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { readLedgerCommit } from './commit.ts';
import type { LedgerCommit } from './commit.ts';
import type { RefNames } from './names.ts';

/**
 * The head must be the one seen last, or stand above it by additions alone. `seen` behind is normal after a kill between the two refs;
 * anything else means that the branch was rewound, forked or rewritten, and nothing more may be appended.
 */
export async function checkSeen(git: GitStore, refs: RefNames, seen: Oid, head: LedgerCommit): Promise<void> {
  const last = await readLedgerCommit(git, seen);
  let at: LedgerCommit = head;
  while (at.seq > last.seq && at.parent !== null) at = await readLedgerCommit(git, at.parent);
  if (at.id === last.id) return;
  throw new Failure({
    code: 'LEDGER_REWOUND',
    message: `${refs.ledger} is at entry ${String(head.seq)} (${head.id}), which does not continue entry ${String(last.seq)} (${seen}) that was seen before`,
    fix: `compare both: git log ${seen} ${head.id}; put the right one back with git update-ref ${refs.ledger} ${seen}; then coo verify`,
    exit: 7,
  });
}
