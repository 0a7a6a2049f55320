import { entryPath, parseEntry } from '../../format/entry.ts';
import type { State } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import { readLedgerCommit } from '../ledger/commit.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { parseOwner } from '../manager/owner-text.ts';
import type { ManagerLife } from '../manager/epoch.ts';
import type { Divergence } from '../verify/replay.ts';
import { Replayer } from '../verify/replayer.ts';
import { statusOf } from './status.ts';
import type { PastLife, Status } from './status.ts';

/** What came of deciding the recorded inputs again. */
export interface Replayed {
  readonly ledger: string | null;
  /** Whether every input that was decided again gave the very events that the ledger holds. */
  readonly same: boolean;
  /** The last entry that was replayed. */
  readonly until: number;
  readonly entries: number;
  readonly inputs: number;
  readonly events: number;
  /** Entries of another version of the engine: folded, not decided again. */
  readonly other_engine: number;
  readonly divergence: ({ readonly seq: number } & Divergence) | null;
}

const ENTRY_CAP = 4_194_304;

/** The ledger decided again from its first entry to `until`, and how everything stood then. Nothing is carried out, and no cache is believed. */
export async function replayLedger(session: LedgerSession, until: number = session.seq): Promise<{ readonly replayed: Replayed; readonly stood: Status; readonly at_ms: number }> {
  if (until < 1 || until > session.seq) throw new Failure({ code: 'RANGE', message: `there is no entry ${String(until)}: the ledger has ${String(session.seq)}`, fix: `name one from 1 to ${String(session.seq)}: coo log`, exit: 2 });
  const { git } = session.world;
  const ids = await Promise.all(Array.from({ length: until }, async (_, at) => session.tree.find(entryPath(at + 1))));
  const absent = ids.findIndex((id) => id === null);
  if (absent >= 0) throw gap(absent + 1);
  const replayer = new Replayer();
  let at_ms = 0;
  await git.readMany(ids.flatMap((id) => id ?? []), ENTRY_CAP, (blob, at) => {
    const path = entryPath(at + 1);
    if (blob === null) throw gap(at + 1);
    const parsed = parseEntry(blob.bytes, path);
    if (!parsed.ok) throw new Failure({ code: parsed.fault.code, message: parsed.fault.message, fix: parsed.fault.fix, exit: 7 });
    replayer.entry(parsed.entry);
    at_ms = Date.parse(parsed.entry.at);
  });
  const { state, entries, inputs, events, otherEngine, divergence } = replayer;
  const replayed = { ledger: state.ledger, same: divergence === undefined, until, entries, inputs, events, other_engine: otherEngine, divergence: divergence ?? null };
  const head = await headAt(session, until);
  return { replayed, stood: statusOf(state, [...state.plans.values()], { barred: null, life: lifeThen(state), seen_ms: null, refused: [], omitted: 0, seq: until, head, at_ms, quiet: [], at_work: [], late: [] }), at_ms };
}

/** The commit that brought an entry. */
async function headAt({ world, head }: LedgerSession, seq: number): Promise<string | null> {
  for (let id = head; id !== null; ) {
    const commit = await readLedgerCommit(world.git, id);
    if (commit.seq === seq) return commit.id;
    id = commit.parent;
  }
  return null;
}

function lifeThen({ epoch }: Pick<State, 'epoch'>): ManagerLife | PastLife {
  const owner = epoch === null || epoch.ended ? undefined : parseOwner(epoch.manager);
  return epoch === null || owner === undefined ? { kind: 'none' } : { kind: 'past', pid: owner.pid, host: owner.host, epoch: epoch.number, since_ms: epoch.at_ms };
}

function gap(seq: number): Failure {
  return new Failure({ code: 'LEDGER_GAP', message: `entry ${String(seq)} is not in this clone`, fix: 'git fetch, then coo verify', exit: 7 });
}
