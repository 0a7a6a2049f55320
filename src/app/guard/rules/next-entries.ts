import { sha256Hex } from '../../../format/canonical.ts';
import { entryPath, entrySeq, parseEntry } from '../../../format/entry.ts';
import type { Entry } from '../../../format/entry.ts';
import type { Oid } from '../../../ports/git-store.ts';
import type { History, TreeChange } from '../../../ports/history.ts';
import { AppendOnly } from '../../history/append-only.ts';
import type { Change, RangeCommit } from '../change.ts';
import type { GuardFinding } from '../finding.ts';

const CAP = 67_108_864;
const ENTRY_CAP = 4_194_304;
const SEQ = /^Coo-Seq: ([0-9]{1,9})$/m;
/** Written anew by later entries that name them again. */
const REVISED = /^(?:_plans\/|_report\/agent\/[^/]+\/state\.json$|_report\/usage\/)/;
const FIX = 'push the ledger as coo wrote it: git push origin coo/ledger; where the two sides differ: coo verify on both';

/** Where the ledger stood before. */
interface Last {
  readonly seq: number;
  /** sha256 of that entry's bytes. */
  readonly prev: string;
  readonly ledger: string | null;
}

/** The ledger's branch takes the next entries and nothing else: one commit an entry, one parent, exactly the files that the entry names. */
export async function nextEntries(change: Change, before: Oid | null, history: History): Promise<readonly GuardFinding[]> {
  const { commits, head } = change;
  const finding = (code: string, message: string, commit: Oid, path: string | null = null): GuardFinding => ({ code, severity: 'error', path, commit, message, fix: FIX });
  if (before !== null && !(await history.isAncestor(before, head))) return [finding('LEDGER_REWOUND', `does not continue ${before}, where the ledger stands`, head)];
  const contents = await contentsOf(history, commits);
  const records = new AppendOnly((path) => !REVISED.test(path));
  const findings: GuardFinding[] = [];
  let { seq, prev, ledger } = await lastOf(history, before);
  let parent = before;
  for (const commit of commits) {
    const { id, parents, message } = commit;
    const stated = Number(SEQ.exec(message)?.[1] ?? 0);
    seq += 1;
    if (parents.length > 1) findings.push(finding('LEDGER_MERGE', 'is a merge: the ledger is one row of entries', id));
    else if ((parents[0] ?? null) !== parent) findings.push(finding('LEDGER_FORK', `does not stand on ${parent ?? 'nothing'}`, id));
    if (stated !== seq) findings.push(finding('LEDGER_GAP', `says it is entry ${stated === 0 ? 'none' : String(stated)} where entry ${String(seq)} comes next`, id));
    for (const breach of records.commit(commit.differences)) findings.push(finding(breach.code, breach.message, id, breach.path));
    const path = entryPath(seq);
    const changes = commit.differences[0] ?? [];
    const own = changes.find((one) => one.path === path)?.after ?? null;
    const content = own === null ? undefined : contents.entries.get(own.id);
    parent = id;
    if (content === undefined) {
      findings.push(finding('LEDGER_GAP', `brings no entry ${String(seq)}`, id, path));
      continue;
    }
    const parsed = parseEntry(content, path);
    if (!parsed.ok) findings.push(finding(parsed.fault.code, parsed.fault.message, id, path));
    else {
      const { entry } = parsed;
      if (entry.seq !== seq) findings.push(finding('ENTRY_MISPLACED', `holds entry ${String(entry.seq)}`, id, path));
      if (entry.prev !== prev) findings.push(finding('LEDGER_LINK', 'does not continue the entry before it', id, path));
      if (ledger !== null && entry.ledger !== ledger) findings.push(finding('LEDGER_OTHER', `belongs to ledger ${entry.ledger}`, id, path));
      findings.push(...companions(entry, path, changes, contents.digests).map(({ code, path: at, message: said }) => finding(code, said, id, at)));
      ledger ??= entry.ledger;
    }
    prev = sha256Hex(content);
  }
  return findings;
}

/** What came with an entry is what it names, with the digests that it states. */
function companions(entry: Entry, own: string, changes: readonly TreeChange[], digests: ReadonlyMap<Oid, string>): readonly { readonly code: string; readonly path: string; readonly message: string }[] {
  const named = new Map(entry.files.map(({ path, sha256 }) => [path, sha256]));
  return changes.flatMap(({ path, after }) => {
    if (path === own || after === null) return [];
    const digest = named.get(path);
    if (digest === undefined) return [{ code: 'FILE_UNNAMED', path, message: 'is named by no entry' }];
    return digests.get(after.id) !== digest ? [{ code: 'RECEIPT_CHANGED', path, message: 'is not what its entry recorded' }] : [];
  });
}

/** What the commits bring, by id: the sha256 of every file, and the bytes of entries. Of anything else nothing is kept: a push can hold much. */
async function contentsOf(history: History, commits: readonly RangeCommit[]): Promise<{ readonly digests: ReadonlyMap<Oid, string>; readonly entries: ReadonlyMap<Oid, Uint8Array> }> {
  const brought = new Map<Oid, boolean>();
  for (const { differences } of commits) for (const { path, after } of differences[0] ?? []) if (after !== null && after.mode !== '160000') brought.set(after.id, brought.get(after.id) === true || entrySeq(path) !== undefined);
  const ids = [...brought.keys()];
  const digests = new Map<Oid, string>();
  const entries = new Map<Oid, Uint8Array>();
  await history.blobs(ids, CAP, (bytes, at) => {
    const id = ids[at] ?? '';
    if (bytes === null) return;
    digests.set(id, sha256Hex(bytes));
    if (brought.get(id) === true && bytes.length <= ENTRY_CAP) entries.set(id, bytes.slice());
  });
  return { digests, entries };
}

async function lastOf(history: History, before: Oid | null): Promise<Last> {
  const none: Last = { seq: 0, prev: '', ledger: null };
  const [commit] = before === null ? [] : await history.range([before], { commits: await parentsOf(history, before), reachable: 'from_none' });
  const seq = Number(SEQ.exec(commit?.message ?? '')?.[1] ?? 0);
  const path = entryPath(seq);
  const [file] = before === null || seq === 0 ? [] : await history.files(before, [path]);
  let last = none;
  await history.blobs(file === undefined ? [] : [file.id], CAP, (bytes) => {
    const parsed = bytes === null ? undefined : parseEntry(bytes, path);
    if (parsed?.ok === true) last = { seq, prev: parsed.sha256, ledger: parsed.entry.ledger };
  });
  return last;
}

async function parentsOf(history: History, commit: Oid): Promise<readonly Oid[]> {
  const parent = await history.commit(`${commit}^`);
  return parent === null ? [] : [parent];
}
