import { sameValue } from '../../kernel/equal.ts';
import { sha256Hex } from '../../format/canonical.ts';
import { entryPath } from '../../format/entry.ts';
import { parseProven } from '../../format/file.ts';
import type { EventOf } from '../../kernel/event.ts';
import type { State } from '../../kernel/state.ts';
import type { GitStore, Oid } from '../../ports/git-store.ts';
import { snapshotRef } from '../ledger/names.ts';
import { plansNow, snapshotPath } from '../snapshot/document.ts';
import type { SnapshotFile } from '../snapshot/document.ts';
import { checkTag } from '../snapshot/seal.ts';
import type { Chain } from './chain.ts';
import { FILE_CAP } from './files.ts';
import type { Findings } from './findings.ts';

/** A snapshot that an entry takes, and how everything stood before it. */
export interface TakenSnapshot {
  readonly event: EventOf<'snapshot.taken'>;
  readonly entry: string;
  /** Of its file, what follows from the entries; undefined where one of them is missing. */
  readonly facts: object | undefined;
}

/** `state`: before the event. `isWhole`: every entry is in it. */
export function takenIn(state: State, event: EventOf<'snapshot.taken'>, entry: string, isWhole: boolean): TakenSnapshot {
  return { event, entry, facts: isWhole ? factsOf({ ledger: state.ledger ?? '', organisation: state.org_digest, plans: plansNow(state, NO_REFS) }, event) : undefined };
}

/** Where a branch is kept is for the refs themselves. */
const NO_REFS = { plan: () => '' };

function factsOf({ ledger, organisation, plans }: Pick<SnapshotFile, 'ledger' | 'organisation' | 'plans'>, { name, seq, head }: Pick<SnapshotFile, 'name' | 'seq' | 'head'>): object {
  return { name, seq, head, ledger, organisation, plans: plans.map((plan) => ({ ...plan, ref: '' })) };
}

/** Each snapshot's file says what the entries before it give, and its tag seals that very file. Returns the tags that are not in this clone. */
export async function checkSnapshots(git: Pick<GitStore, 'read' | 'ref'>, { snapshots, named, state }: Pick<Chain, 'snapshots' | 'named' | 'state'>, blobs: ReadonlyMap<string, Oid>, findings: Findings): Promise<readonly string[]> {
  const absent: string[] = [];
  for (const { event, entry, facts } of snapshots) {
    const path = snapshotPath(event.name);
    const ref = snapshotRef(event.name);
    const id = blobs.get(path);
    const blob = id === undefined ? null : await git.read(id, FILE_CAP);
    // What is missing or was changed is found already, by its digest.
    if (blob === null || named.get(path) !== event.digest) {
      findings.say('SNAPSHOT_OTHER', path, `is not the file that ${entry} took as snapshot ${event.name}`);
      continue;
    }
    const file = parseProven(blob.bytes) as SnapshotFile;
    if (facts !== undefined && !sameValue(facts, factsOf(file, file))) findings.say('SNAPSHOT_OTHER', path, `says something else than the entries before ${entry} give`);
    const stoodOn = blobs.get(entryPath(event.seq));
    const last = stoodOn === undefined ? null : await git.read(stoodOn, FILE_CAP);
    if (entryPath(event.seq) >= entry || last === null || sha256Hex(last.bytes) !== file.sha256) findings.say('SNAPSHOT_OTHER', path, `stands on another entry ${String(event.seq)} than the ledger has`);
    const at = await git.ref(ref);
    const tag = at === null ? null : await git.read(at, FILE_CAP);
    if (at === null || tag === null) absent.push(ref);
    else if (at !== event.tag) findings.say('SNAPSHOT_OTHER', ref, `is at ${at}; ${entry} put it at ${event.tag}`, `git update-ref ${ref} ${event.tag}`);
    else {
      const seal = checkTag(tag.bytes, { name: event.name, head: event.head, file: blob.bytes }, state.signers);
      if (seal.kind === 'other') findings.say('SNAPSHOT_OTHER', ref, seal.message);
    }
  }
  return absent;
}
