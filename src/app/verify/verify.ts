import { sha256Hex } from '../../format/canonical.ts';
import { entryPath, entrySeq, parseEntry } from '../../format/entry.ts';
import type { ParsedEntry } from '../../format/entry.ts';
import { loadShapes } from '../../format/validate.ts';
import { orderPath } from '../../format/order.ts';
import { apply } from '../../kernel/fold.ts';
import { violations } from '../../kernel/invariants.ts';
import { ENGINE } from '../../kernel/limits.ts';
import { emptyState } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import { AppendOnly } from '../history/append-only.ts';
import { isMirrored } from '../ledger/mirror.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { Leaf } from '../ledger/tree.ts';
import type { LedgerWorld } from '../world.ts';
import { STATE_PATH, SUMMARY_PATH } from '../manager/checkpoint.ts';
import { examine, FILE_CAP, FILES_AT_ONCE, isRunPath, shapeFault } from './files.ts';
import type { Piece } from './files.ts';
import { Pile } from './pile.ts';

export interface VerifyFinding {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

export interface Verified {
  readonly schema: 'coo/verify.v1';
  readonly ok: boolean;
  readonly entries: number;
  readonly receipts: number;
  readonly findings: readonly VerifyFinding[];
}

/** From so many files on, a thread for them costs less than it saves. */
const MANY = 5_000;
const SHAPE_FIX = 'written by another version of coo, or not by coo: compare with git log of the ledger branch';
const REREAD = 'compare with refs/coo/seen and with other clones: git log refs/coo/seen; the ledger must not be rewritten';

/**
 * Proves the whole record from the commit's blobs alone: every entry byte for byte, linked to the one before, every file it names present with
 * its digest, no file that no entry names, all of them as their schemas say, the fold sound. Then that the mirror in the worktree is the same.
 */
export async function verify(world: LedgerWorld, session: LedgerSession): Promise<Verified> {
  if (session.head === null) throw new Failure({ code: 'NO_LEDGER', message: 'there is no ledger here', fix: 'coo init' });
  const findings: VerifyFinding[] = [];
  const leaves = await session.tree.leaves();
  const entries = leaves.flatMap((leaf) => {
    const seq = entrySeq(leaf.path);
    return seq === undefined ? [] : [{ ...leaf, seq }];
  });
  entries.sort((a, b) => a.seq - b.seq);
  const files = leaves.filter((leaf) => entrySeq(leaf.path) === undefined);
  const helper = files.length < MANY ? undefined : await world.beside?.(files);
  // Its failure is met below, after the chain.
  helper?.pieces.catch(() => undefined);
  const named = await checkChain(world, session, entries, findings);
  const all = new AppendOnly(() => true).commit([leaves.map(({ path, id, mode }) => ({ path, before: null, after: { mode, id } }))]);
  for (const breach of all) findings.push({ ...breach, fix: REREAD });
  const here = await examine(world.git, files, helper?.pile ?? new Pile(files.length, FILES_AT_ONCE));
  const pieces = [...here, ...((await helper?.pieces) ?? [])];
  const receipts = checkFiles(files, pieces, named, findings);
  if (world.layout.worktree !== null) await checkMirror(world, world.layout.worktree, leaves, findings);
  return { schema: 'coo/verify.v1', ok: findings.length === 0, entries: entries.length, receipts, findings };
}

/** The chain of entries and the fold over it. Returns what the entries name: path -> sha256 of the newest. */
async function checkChain(world: LedgerWorld, session: LedgerSession, entries: readonly (Leaf & { readonly seq: number })[], findings: VerifyFinding[]): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  const recordedBy = new Map<string, number>();
  /** What is recorded once stays as it is: a later entry that gives it another digest is found, and the first one counts. */
  const name = ({ path, sha256 }: { readonly path: string; readonly sha256: string }, seq: number): void => {
    const before = named.get(path);
    if (before !== undefined && before !== sha256 && isRecordedOnce(path)) {
      findings.push({ code: 'RECORD_REWRITTEN', path, message: `entry ${String(seq)} gives it another digest than entry ${String(recordedBy.get(path) ?? 0)} did`, fix: REREAD });
      return;
    }
    if (isRecordedOnce(path)) recordedBy.set(path, seq);
    named.set(path, sha256);
  };
  const shapes = await loadShapes();
  const state = emptyState();
  let prev = '';
  let expected = 1;
  /** Whether every entry went into the fold: without one, the state is unsound for a reason that is told already. */
  let isWhole = true;
  const ids = entries.map((leaf) => leaf.id);
  await world.git.readMany(ids, FILE_CAP, (blob, at) => {
    const leaf = entries[at];
    if (leaf === undefined) return;
    if (leaf.seq !== expected) findings.push({ code: 'LEDGER_GAP', path: entryPath(expected), message: `entry ${String(expected)} is missing`, fix: REREAD });
    expected = leaf.seq + 1;
    // What an entry's bytes are, the next one's link tells; of the last one nothing else but its id.
    const bytes = blob !== null && (at < ids.length - 1 || world.git.idOf(blob) === leaf.id) ? blob.bytes : undefined;
    const parsed = bytes === undefined ? undefined : checkEntry(bytes, leaf, findings);
    if (bytes === undefined) findings.push({ code: 'BLOB_ABSENT', path: leaf.path, message: `blob ${leaf.id} is ${blob === null ? 'not in this clone' : 'damaged in this clone'}`, fix: 'git fetch, then coo verify' });
    if (parsed === undefined) {
      prev = bytes === undefined ? '' : sha256Hex(bytes);
      isWhole = false;
      return;
    }
    const { entry } = parsed;
    if (entry.prev !== prev) findings.push({ code: 'LEDGER_LINK', path: leaf.path, message: `entry ${String(leaf.seq)} does not continue the entry before it`, fix: REREAD });
    prev = parsed.sha256;
    const fault = shapeFault(shapes, 'entry', { ...entry, digest: parsed.digest });
    if (fault !== undefined) {
      findings.push({ ...fault, path: leaf.path, fix: SHAPE_FIX });
      isWhole = false;
      return;
    }
    if (entry.seq !== leaf.seq) findings.push({ code: 'ENTRY_MISPLACED', path: leaf.path, message: `holds entry ${String(entry.seq)}`, fix: REREAD });
    if (session.state.ledger !== null && entry.ledger !== session.state.ledger) findings.push({ code: 'LEDGER_OTHER', path: leaf.path, message: `belongs to ledger ${entry.ledger}`, fix: REREAD });
    for (const file of entry.files) name(file, entry.seq);
    if (entry.engine > ENGINE) findings.push({ code: 'ENGINE_NEWER', path: leaf.path, message: `was decided by engine ${String(entry.engine)}; this coo knows engines up to ${String(ENGINE)}`, fix: 'upgrade coo: npm install --global git-coo@latest' });
    for (const event of entry.events) if (event.type === 'step.claimed' && !named.has(orderPath(event.plan_id, event.step_id, event.fence))) findings.push({ code: 'ORDER_UNNAMED', path: leaf.path, message: `grants ${event.plan_id}/${event.step_id} under fence ${String(event.fence)} without its work order`, fix: REREAD });
    for (const event of entry.events) apply(state, event);
  });
  if (expected - 1 !== session.seq) findings.push({ code: 'LEDGER_SEQ', path: entryPath(session.seq), message: `the head says entry ${String(session.seq)}, the tree ends at ${String(expected - 1)}`, fix: REREAD });
  if (isWhole) for (const message of violations(state)) findings.push({ code: 'STATE_UNSOUND', path: entryPath(session.seq), message, fix: 'report this as a bug' });
  return named;
}

/** Orders and run receipts; plans are revised, and views written anew. */
function isRecordedOnce(path: string): boolean {
  return !path.startsWith('_plans/') && path !== STATE_PATH && path !== SUMMARY_PATH;
}

function checkEntry(bytes: Uint8Array, leaf: Leaf, findings: VerifyFinding[]): (ParsedEntry & { readonly ok: true }) | undefined {
  const parsed = parseEntry(bytes, leaf.path);
  if (parsed.ok) return parsed;
  findings.push({ code: parsed.fault.code, path: leaf.path, message: parsed.fault.message, fix: REREAD });
  return undefined;
}

/** Files that entries name: present, unchanged, well-formed; and no other file. Returns how many run receipts there are. */
function checkFiles(files: readonly Leaf[], pieces: readonly Piece[], named: Map<string, string>, findings: VerifyFinding[]): number {
  let receipts = 0;
  const faults = new Map(pieces.flatMap((piece) => piece.faults));
  for (const { from, digests } of [...pieces].sort((a, b) => a.from - b.from)) {
    for (const [at, found] of digests.entries()) {
      const path = files[from + at]?.path ?? '';
      const digest = named.get(path);
      const fault = faults.get(from + at);
      if (isRunPath(path)) receipts += 1;
      if (digest === undefined) findings.push({ code: 'FILE_UNNAMED', path, message: 'no entry names this file', fix: REREAD });
      else if (found !== digest) findings.push({ code: 'RECEIPT_CHANGED', path, message: 'is not what its entry recorded', fix: REREAD });
      else if (fault !== undefined) findings.push({ ...fault, path, fix: fault.code === 'SCHEMA' ? SHAPE_FIX : REREAD });
      named.delete(path);
    }
  }
  for (const path of named.keys()) findings.push({ code: 'RECEIPT_MISSING', path, message: 'an entry names this file, and it is not there', fix: REREAD });
  return receipts;
}

/** The plain files of the worktree that mirror the record: a changed one is a finding, a missing one is only a view that is not there. */
async function checkMirror(world: LedgerWorld, worktree: string, leaves: readonly Leaf[], findings: VerifyFinding[]): Promise<void> {
  const names = new Map<string, ReadonlySet<string>>();
  for (const { path, id } of leaves) {
    if (!isMirrored(path)) continue;
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, cut);
    // Most clones show no mirror: one look a folder tells.
    const there = names.get(folder) ?? new Set(await world.files.list(`${worktree}/${folder}`));
    names.set(folder, there);
    if (!there.has(path.slice(cut + 1))) continue;
    const info = await world.files.info(`${worktree}/${path}`);
    if (info === undefined) continue;
    const same = info.kind === 'file' && info.size <= FILE_CAP && world.git.idOf({ type: 'blob', bytes: await world.files.read(`${worktree}/${path}`, FILE_CAP) }) === id;
    if (!same) findings.push({ code: 'MIRROR_CHANGED', path, message: 'the copy in this worktree is not what the ledger branch holds: one of the two was changed', fix: `git log -- ${path} tells whether the copy was committed; if it is the copy that is wrong: coo verify --restore` });
  }
}
