import { decodeCommit, encodeCommit } from '../../format/git-object.ts';
import type { Event } from '../../kernel/event.ts';
import type { GitObject, GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';

/** What a commit on the ledger's branch says: one entry a commit. */
export interface LedgerCommit {
  readonly id: Oid;
  readonly seq: number;
  readonly tree: Oid;
  readonly parent: Oid | null;
}

const SEQ = /^Coo-Seq: ([0-9]{1,9})$/m;
const COMMIT_CAP = 65_536;
/** Commits of somebody else's that are gone through. */
const FAR = 1_000;

export function ledgerCommit(commit: { readonly tree: Oid; readonly parent: Oid | null; readonly seq: number; readonly at_ms: number; readonly events: readonly Event[] }): GitObject {
  const { tree, parent, seq, at_ms } = commit;
  const message = `${subject(commit.events)}\n\nCoo-Seq: ${String(seq)}\n`;
  return { type: 'commit', bytes: encodeCommit({ tree, parents: parent === null ? [] : [parent], at_ms, message }) };
}

/** Reads one commit of the ledger's branch. */
export async function readLedgerCommit(git: GitStore, id: Oid): Promise<LedgerCommit> {
  const object = await git.read(id, COMMIT_CAP);
  if (object === null) throw new Failure({ code: 'LEDGER_ABSENT', message: `commit ${id} of the ledger is not in this clone`, fix: 'git fetch --unshallow, then coo verify', exit: 7 });
  const commit = object.type === 'commit' ? decodeCommit(object.bytes) : null;
  const seq = commit === null ? null : SEQ.exec(commit.message);
  if (commit === null || seq === null || commit.parents.length > 1) {
    throw new Failure({ code: 'LEDGER_FOREIGN', message: `commit ${id} on the ledger's branch was not made by coo`, fix: 'coo verify; put the branch back to refs/coo/seen if that is the last good one', exit: 7 });
  }
  return { id, seq: Number(seq[1]), tree: commit.tree, parent: commit.parents[0] ?? null };
}

/** The nearest commit of coo's below one that it did not make, through merges too; undefined where none of so many is. */
export async function nearestOfCoo(git: GitStore, id: Oid): Promise<LedgerCommit | undefined> {
  const met = new Set([id]);
  for (const one of met) {
    const object = await git.read(one, COMMIT_CAP);
    const commit = object?.type === 'commit' ? decodeCommit(object.bytes) : null;
    if (commit === null) continue;
    if (commit.parents.length < 2 && SEQ.test(commit.message)) return readLedgerCommit(git, one);
    if (met.size > FAR) return undefined;
    for (const parent of commit.parents) met.add(parent);
  }
  return undefined;
}

/** One line for `git log coo/ledger`. */
function subject(events: readonly Event[]): string {
  const [first] = events;
  if (first === undefined) return 'nothing';
  const more = events.length > 1 ? ` and ${String(events.length - 1)} more` : '';
  return `${first.type}${about(first)}${more}`;
}

function about(event: Event): string {
  if ('step_id' in event && event.step_id !== undefined) return ` ${event.plan_id ?? ''}/${event.step_id}${'fence' in event ? ` #${String(event.fence)}` : ''}`;
  if ('plan_id' in event && event.plan_id !== undefined) return ` ${event.plan_id}`;
  if (event.type === 'plan.accepted' || event.type === 'plan.revised') return ` ${event.plan.plan_id}`;
  return '';
}

