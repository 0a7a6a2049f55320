import { sha256Hex } from '../../format/canonical.ts';
import { entryPath } from '../../format/entry.ts';
import { parseFile } from '../../format/file.ts';
import type { Snapshot } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import { snapshotRef } from '../ledger/names.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { nearest } from '../operations/find.ts';
import { snapshotPath } from './document.ts';
import type { SnapshotFile } from './document.ts';
import { checkTag } from './seal.ts';

const CAP = 67_108_864;
const LEDGER = 7;

/** A snapshot that was proven. */
export interface Baseline {
  readonly file: SnapshotFile;
  /** Who signed its tag, as signers.yaml names him; null: nobody who is listed. */
  readonly signed_by: string | null;
}

/**
 * Reads a snapshot and proves it: its file by the digest in the ledger, the entry that it stands on, its tag by its id, its message and its signature.
 * SNAPSHOT_UNKNOWN, SNAPSHOT_TAG_ABSENT where the tag is not here, SNAPSHOT_UNSIGNED in governed mode, SNAPSHOT_OTHER (exit 7) for all that does not hold.
 */
export async function readBaseline(session: LedgerSession, name: string): Promise<Baseline> {
  const { state, world } = session;
  const taken = state.snapshots.get(name);
  if (taken === undefined) throw new Failure({ code: 'SNAPSHOT_UNKNOWN', message: `there is no snapshot ${name}`, fix: nearest(name, state.snapshots.keys(), `snapshots of this ledger: ${[...state.snapshots.keys()].join(', ') || 'none; coo snapshot takes one'}`) });
  const path = snapshotPath(name);
  const bytes = await session.file(path, CAP);
  const file = bytes === null || sha256Hex(bytes) !== taken.digest ? undefined : (parseFile(bytes) as SnapshotFile | undefined);
  const entry = await session.file(entryPath(taken.seq), CAP);
  if (bytes === null || file === undefined) throw other(`${path} is not the file that the ledger took`);
  if (entry === null || sha256Hex(entry) !== file.sha256) throw other(`${path} stands on another entry ${String(taken.seq)} than the ledger has`);
  const ref = snapshotRef(name);
  const at = await world.git.ref(ref);
  const putBack = `git fetch origin ${ref}:${ref}, or: git update-ref ${ref} ${taken.tag}`;
  if (at === null) throw new Failure({ code: 'SNAPSHOT_TAG_ABSENT', message: `the tag ${ref}, which seals the snapshot, is not in this clone`, fix: putBack });
  const tag = at === taken.tag ? await world.git.read(at, CAP) : null;
  if (tag === null) throw other(`${ref} is at ${at}, and the ledger put it at ${taken.tag}`, putBack);
  return { file, signed_by: signerOf(session, taken, ref, checkTag(tag.bytes, { name, head: taken.head, file: bytes }, state.signers)) };
}

function signerOf({ state }: LedgerSession, { name }: Snapshot, ref: string, seal: ReturnType<typeof checkTag>): string | null {
  switch (seal.kind) {
    case 'other':
      throw other(`${ref} ${seal.message}`);
    case 'signed':
      return seal.by;
    case 'unsigned':
      if (state.org?.mode === 'governed') throw new Failure({ code: 'SNAPSHOT_UNSIGNED', message: `the tag of snapshot ${name} is not signed, which governed mode asks for`, fix: 'coo key new, then take another snapshot', exit: 3 });
      return null;
    default:
      return seal satisfies never;
  }
}

function other(message: string, fix = 'coo verify'): Failure {
  return new Failure({ code: 'SNAPSHOT_OTHER', message, fix, exit: LEDGER });
}
