import { sha256Hex } from '../../format/canonical.ts';
import { checkSignatureAside } from '../../format/entry-signature.ts';
import type { SignatureVerdict } from '../../format/entry-signature.ts';
import { entryPath, entrySeq, loadEntry } from '../../format/entry.ts';
import type { LoadedEntry } from '../../format/entry.ts';
import type { Event, EventOf } from '../../kernel/event.ts';
import { apply } from '../../kernel/fold.ts';
import { stepKey } from '../../kernel/ids.ts';
import { emptyState } from '../../kernel/state.ts';
import type { State } from '../../kernel/state.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { History } from '../../ports/history.ts';
import type { GuardFinding } from './finding.ts';

/** An attempt that coo merged. */
export interface Attempt extends EventOf<'run.accepted'> {
  /** The commit that it began with; null = an empty root. */
  readonly start: Oid | null;
  /** Whether its claim was live under that fence when it was accepted. */
  readonly live: boolean;
}

/** The commit by which coo took a plan's branch back to a snapshot, on the tip that it had. */
export interface Rollback {
  readonly plan_id: string;
  readonly before: Oid;
  readonly after: Oid;
}

/** What the ledger knows of the commits of a project. */
export interface LedgerFacts {
  readonly head: Oid;
  readonly seq: number;
  /** sha256 of the last entry's bytes. */
  readonly prev: string;
  readonly state: State;
  /** In the order in which they were accepted. */
  readonly attempts: readonly Attempt[];
  /** Commits that coo made when it brought plans into their targets, or found there, and when it rolled their branches back: id -> plan. */
  readonly integrations: ReadonlyMap<Oid, string>;
  readonly rollbacks: readonly Rollback[];
  /** Every file on the ledger's branch: path -> blob. */
  readonly files: ReadonlyMap<string, Oid>;
  /** What the entries name: path -> sha256 of the newest. */
  readonly named: ReadonlyMap<string, string>;
  /** Why the ledger does not hold; empty when its chain does. */
  readonly faults: readonly GuardFinding[];
}

const ENTRY_CAP = 4_194_304;
const FIX = 'coo verify';

/** Whether these are the bytes that the ledger recorded at a path: the branch may hold others, its entries say which. */
export function isRecorded({ named }: Pick<LedgerFacts, 'named'>, path: string, bytes: Uint8Array): boolean {
  return named.get(path) === sha256Hex(bytes);
}

/** Reads and folds a ledger as of a commit, and proves its chain: numbers without gaps, each entry's digest, link and signature. The rest is `coo verify`'s. */
export async function readLedger(history: History, head: Oid): Promise<LedgerFacts> {
  const leaves = await history.files(head, ['_report', '_bus', '_plans']);
  const entries = leaves.flatMap(({ path, id }) => {
    const seq = entrySeq(path);
    return seq === undefined ? [] : [{ path, id, seq }];
  });
  entries.sort((a, b) => a.seq - b.seq);
  const state = emptyState();
  const attempts: Attempt[] = [];
  const integrations = new Map<Oid, string>();
  const rollbacks: Rollback[] = [];
  const named = new Map<string, string>();
  const signatures: Promise<void>[] = [];
  const faults: GuardFinding[] = [];
  const fault = (code: string, path: string, message: string): void => void faults.push({ code, severity: 'error', path, commit: head, message, fix: FIX });
  let prev = '';
  let seq = 0;
  const ids = entries.map(({ id }) => id);
  await history.blobs(ids, ENTRY_CAP, (bytes, at) => {
    const leaf = entries[at];
    if (leaf === undefined) return;
    if (leaf.seq !== seq + 1) fault('LEDGER_GAP', entryPath(seq + 1), `entry ${String(seq + 1)} is missing`);
    seq = leaf.seq;
    const parsed = bytes === null ? undefined : loadEntry(bytes, leaf.path);
    if (parsed === undefined) return fault('BLOB_ABSENT', leaf.path, 'is not in this clone, or larger than an entry can be');
    if (!parsed.ok) return fault(parsed.fault.code, leaf.path, parsed.fault.message);
    if (parsed.entry.seq !== leaf.seq) fault('ENTRY_MISPLACED', leaf.path, `holds entry ${String(parsed.entry.seq)}`);
    if (parsed.entry.prev !== prev) fault('LEDGER_LINK', leaf.path, `entry ${String(leaf.seq)} does not continue the entry before it`);
    prev = parsed.sha256;
    const judge = (verdict: SignatureVerdict): void => void (verdict.kind === 'bad' && fault(verdict.code, leaf.path, verdict.message));
    const verdict = checkSignatureAside(parsed, state.signers, state.org?.mode ?? 'dev');
    if (verdict instanceof Promise) signatures.push(verdict.then(judge));
    else judge(verdict);
    for (const file of parsed.entry.files) named.set(file.path, file.sha256);
    const unsound = folded(state, parsed.entry, (event) => note(state, event, { attempts, integrations, rollbacks }));
    if (unsound !== undefined) fault('LEDGER_UNSOUND', leaf.path, `cannot be folded: ${unsound}`);
    return undefined;
  });
  await Promise.all(signatures);
  for (const { path, mode } of leaves) if (mode !== '100644') fault('RECORD_NOT_PLAIN', path, `has mode ${mode}; what coo records is a plain file`);
  if (seq === 0) fault('LEDGER_EMPTY', entryPath(1), 'the branch holds no entry');
  return { head, seq, prev, state, attempts, integrations, rollbacks, files: new Map(leaves.map(({ path, id }) => [path, id])), named, faults };
}

/** Applies an entry's events, each shown to `before` first. What throws was not written by coo: returns why. */
function folded(state: State, entry: LoadedEntry, before: (event: Event) => void): string | undefined {
  try {
    for (const event of entry.events) {
      before(event);
      apply(state, event);
    }
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

function note(state: State, event: Event, { attempts, integrations, rollbacks }: { readonly attempts: Attempt[]; readonly integrations: Map<Oid, string>; readonly rollbacks: Rollback[] }): void {
  if (event.type === 'run.accepted') {
    const claim = state.claims.get(stepKey(event.plan_id, event.step_id));
    const live = claim?.fence === event.fence;
    attempts.push({ ...event, live, start: live ? claim.start : null });
  }
  if (event.type === 'plan.rolled_back' && event.after !== null && event.after !== event.before) {
    integrations.set(event.after, event.plan_id);
    if (event.before !== null) rollbacks.push({ plan_id: event.plan_id, before: event.before, after: event.after });
  }
  if (event.type === 'plan.integrated' && event.after !== null && event.after !== event.before) integrations.set(event.after, event.plan_id);
}
