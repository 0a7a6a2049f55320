import type { GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { readLedgerCommit } from './commit.ts';
import type { LedgerCommit } from './commit.ts';
import type { RefNames } from './names.ts';

const BRANCHES = 'refs/heads/';

/** The head of the ledger's branch, as one that continues what was seen. A commit that coo did not make is told with what puts the branch back. */
export async function readHead(git: GitStore, refs: RefNames, seen: Oid | null, head: Oid): Promise<LedgerCommit> {
  try {
    const commit = await readLedgerCommit(git, head);
    if (seen !== null && seen !== head) await checkSeen(git, refs, seen, commit);
    return commit;
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== 'LEDGER_FOREIGN' || seen === head) throw cause;
    if (seen === null) throw refs.ledger.startsWith(BRANCHES) ? inTheWay(refs.ledger.slice(BRANCHES.length), cause) : cause;
    throw new Failure({ code: cause.code, message: cause.message, fix: `put the branch back to what was seen last: git update-ref ${refs.ledger} ${seen}; then coo verify`, exit: cause.exit, cause });
  }
}

/** Nothing was ever appended here: as a rule it is a branch that was there before coo. */
function inTheWay(branch: string, cause: Failure): Failure {
  return new Failure({ code: cause.code, message: `a branch ${branch} stands where coo keeps its ledger, and coo did not make it`, fix: `if it is your own, rename it: git branch -m ${branch} <new name>; then: coo init`, exit: cause.exit, cause });
}

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

/** A branch that has less than was seen of it. */
export function rewound(ref: string, seen: Oid, head: Oid | null): Failure {
  return new Failure({ code: 'LEDGER_REWOUND', message: `${ref} is at ${head ?? 'nothing'}, but ${seen} was seen before: the ledger was rewound or rewritten`, fix: `put it back: git update-ref ${ref} ${seen}; then coo verify`, exit: 7 });
}

/** A branch that does not continue what was read of it. `head`: where the branch stood when it was read last; the entry that it ended with may be none that is known. */
export function fork(ref: string, known: number, seq: number, head: Oid | null): Failure {
  const back = head === null ? '' : `compare with what was read before: git log ${ref} ${head}; where that is the right one: git update-ref ${ref} ${head}; then `;
  return new Failure({ code: 'LEDGER_FORK', message: `${ref} does not continue entry ${String(known)} (its next is ${String(seq)})`, fix: `${back}coo verify`, exit: 7 });
}
