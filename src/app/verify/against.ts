import { sha256Hex } from '../../format/canonical.ts';
import { entryPath, loadEntry } from '../../format/entry.ts';
import type { LedgerHead } from '../../format/head.ts';
import type { GitObject, GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { readLedgerCommit } from '../ledger/commit.ts';
import type { LedgerCommit } from '../ledger/commit.ts';
import type { RefNames } from '../ledger/names.ts';
import { LedgerTree } from '../ledger/tree.ts';
import type { VerifyFinding } from './findings.ts';

/** Somebody else's view of this ledger: a commit of it, whose objects are here, or a head that was kept. */
export type Observer = { readonly name: string } & ({ readonly kind: 'commit'; readonly id: Oid } | { readonly kind: 'head'; readonly head: LedgerHead });

export interface Compared {
  readonly against: string;
  /** How the observer's ledger stands to ours: `behind` and `ahead` by additions alone; `apart` = both cannot be true. */
  readonly stands: 'same' | 'behind' | 'ahead' | 'apart';
  /** The observer's last entry. */
  readonly seq: number;
  readonly findings: readonly VerifyFinding[];
}

/** The ledger that is held against another's view. */
export interface Held {
  readonly commit: LedgerCommit;
  readonly refs: Pick<RefNames, 'ledger'>;
  /** Whether this clone is the one that appends: nothing can be missing here. */
  readonly isHome: boolean;
}

const ENTRY_CAP = 67_108_864;
const USAGE = 2;

/**
 * Holds this ledger against what another has seen of it. A record that hangs together says nothing of what was taken off its end, or of one that
 * was made anew as a whole: only who remembers another head can. A clone that is no home may well be behind.
 *
 * @throws {Failure} LEDGER_OTHER: the observer speaks of another ledger; HEAD_WRONG: the head that was kept does not fit the commit that it names. Neither says anything against this one
 */
export async function compare(git: GitStore, held: Held, observer: Observer): Promise<Compared> {
  return observer.kind === 'head' ? withHead(git, held, observer.name, observer.head) : withCommit(git, held, observer.name, observer.id);
}

async function withCommit(git: GitStore, held: Held, name: string, id: Oid): Promise<Compared> {
  const { commit: ours } = held;
  const theirs = await readLedgerCommit(git, id);
  await mustBeSame(git, held, name, await ledgerOf(git, theirs));
  const told = teller(name, theirs.seq);
  const common = Math.min(ours.seq, theirs.seq);
  const parted = await firstApart(git, ours, theirs, common);
  if (parted !== undefined) return told('apart', forked(held, name, parted));
  const [longer, shorter] = ours.seq >= theirs.seq ? [ours, theirs] : [theirs, ours];
  if ((await commitOf(git, longer, shorter.seq)) !== shorter.id) return told('apart', recommitted(held, name, common));
  if (ours.seq === theirs.seq) return told('same');
  return ours.seq > theirs.seq ? told('behind') : told('ahead', ...short(held, name, theirs.seq));
}

async function withHead(git: GitStore, held: Held, name: string, head: LedgerHead): Promise<Compared> {
  const { commit: ours } = held;
  const told = teller(name, head.seq);
  await mustBeSame(git, held, name, head.ledger);
  await mustFit(git, name, head);
  if (head.seq > ours.seq) return told('ahead', ...short(held, name, head.seq));
  const object = await entryObject(git, ours, head.seq);
  if (object === null || sha256Hex(object.bytes) !== head.sha256) return told('apart', forked(held, name, head.seq, 'at or before'));
  if ((await commitOf(git, ours, head.seq)) !== head.head) return told('apart', recommitted(held, name, head.seq));
  return told(head.seq === ours.seq ? 'same' : 'behind');
}

/** Refuses the view of another ledger: it is a mistake of whoever asked. `theirs`: its id, undefined where it cannot be read. */
async function mustBeSame(git: GitStore, { commit, refs }: Held, name: string, theirs: string | undefined): Promise<void> {
  const ours = await ledgerOf(git, commit);
  if (ours === undefined || theirs === undefined || ours === theirs) return;
  throw new Failure({ code: 'LEDGER_OTHER', message: `that is another ledger: ${name} has ledger ${theirs}, and ${refs.ledger} is ledger ${ours}`, fix: 'name a remote, a clone or a head of this ledger, or run this in the other repository', exit: USAGE });
}

/** Refuses a head that is at odds with the commit that it names itself, where that is in this clone: whoever kept it made a slip, or it was changed since. */
async function mustFit(git: GitStore, name: string, { head, seq, sha256 }: LedgerHead): Promise<void> {
  if ((await git.read(head, ENTRY_CAP)) === null) return;
  const named = await readLedgerCommit(git, head);
  const isItsEntry = named.seq === seq;
  const object = isItsEntry ? await entryObject(git, named, seq) : null;
  if (isItsEntry && (object === null || sha256Hex(object.bytes) === sha256)) return;
  const what = isItsEntry ? `entry ${String(seq)} of that commit has another digest` : `that commit brought entry ${String(named.seq)}`;
  throw new Failure({ code: 'HEAD_WRONG', message: `${name} says entry ${String(seq)}, digest ${sha256} and commit ${head}, which do not fit: ${what}`, fix: 'make it anew where the ledger is known to be right: coo ledger head --json > head.json', exit: USAGE });
}

/** Which ledger the last entry belongs to; undefined where it cannot be read, which is found elsewhere. */
async function ledgerOf(git: GitStore, at: LedgerCommit): Promise<string | undefined> {
  const path = entryPath(at.seq);
  const object = await entryObject(git, at, at.seq);
  const parsed = object === null ? undefined : loadEntry(object.bytes, path);
  return parsed?.ok === true ? parsed.entry.ledger : undefined;
}

function teller(against: string, seq: number) {
  return (stands: Compared['stands'], ...findings: readonly VerifyFinding[]): Compared => ({ against, stands, seq, findings });
}

/** The first entry in which two ledgers differ, up to `last`; undefined where none does. Each entry names the one before, so once apart they stay apart. */
async function firstApart(git: GitStore, a: LedgerCommit, b: LedgerCommit, last: number): Promise<number | undefined> {
  const differ = async (seq: number): Promise<boolean> => (await entryBlob(git, a, seq)) !== (await entryBlob(git, b, seq));
  if (!(await differ(last))) return undefined;
  let [same, apart] = [0, last];
  while (apart - same > 1) {
    const middle = (same + apart) >> 1;
    if (await differ(middle)) apart = middle;
    else same = middle;
  }
  return apart;
}

function entryBlob(git: GitStore, { tree }: LedgerCommit, seq: number): Promise<Oid | null> {
  return new LedgerTree(git, tree).find(entryPath(seq));
}

async function entryObject(git: GitStore, at: LedgerCommit, seq: number): Promise<GitObject | null> {
  const blob = await entryBlob(git, at, seq);
  return blob === null ? null : git.read(blob, ENTRY_CAP);
}

/** The commit that brought an entry, on the way down from one above it. */
async function commitOf(git: GitStore, above: LedgerCommit, seq: number): Promise<Oid> {
  let at = above;
  while (at.seq > seq && at.parent !== null) at = await readLedgerCommit(git, at.parent);
  return at.id;
}

function forked({ refs }: Held, name: string, seq: number, where = 'in'): VerifyFinding {
  return { code: 'LEDGER_FORKED', path: entryPath(seq), message: `is not the entry that ${name} has: the two ledgers part ${where} entry ${String(seq)}`, fix: `one of the two was rewritten: keep both, and ask a third clone; git log ${refs.ledger} tells when this one was written` };
}

function recommitted({ refs }: Held, name: string, seq: number): VerifyFinding {
  return { code: 'LEDGER_RECOMMITTED', path: refs.ledger, message: `holds the same entries as ${name} up to ${String(seq)}, in other commits: its history was made anew`, fix: `git log --format=fuller ${refs.ledger}; put back the commits that others have seen` };
}

/** On the home itself nothing can be missing; any other clone is fetched again. */
function short({ commit, isHome }: Held, name: string, seq: number): readonly VerifyFinding[] {
  if (!isHome) return [];
  return [{ code: 'LEDGER_SHORT', path: entryPath(commit.seq + 1), message: `${name} has seen entries up to ${String(seq)}, and this home ends with ${String(commit.seq)}: the end was taken off, or another appends as well`, fix: `stop every manager; coo doctor tells what this clone remembers; otherwise take the entries from ${name}` }];
}
