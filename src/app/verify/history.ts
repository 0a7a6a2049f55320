import { sha256Hex } from '../../format/canonical.ts';
import { decodeCommit } from '../../format/git-object.ts';
import { entryPath } from '../../format/entry.ts';
import type { GitObject, GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { AppendOnly } from '../history/append-only.ts';
import type { PathChange } from '../history/append-only.ts';
import { differences } from '../history/differences.ts';
import { GrowingTree } from '../history/growing-tree.ts';
import { LedgerTree } from '../ledger/tree.ts';
import type { NamedFiles, Range } from './chain.ts';
import { FILE_CAP } from './files.ts';
import { isRecordedOnce } from './findings.ts';
import type { Findings } from './findings.ts';
import { saysTheSame } from './views.ts';
import type { OtherView } from './views.ts';

/** A commit of the ledger's branch as it is. */
interface Made {
  readonly id: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  /** The entry that it says it adds; null when it says none. */
  readonly seq: number | null;
}

/** What is known of the newest tree, and of what entries name. */
export interface Record {
  readonly entries: readonly NamedFiles[];
  /** Path -> blob, of the newest tree. */
  readonly blobs: ReadonlyMap<string, Oid>;
  /** Path -> sha256, of the newest entry that names it. */
  readonly named: ReadonlyMap<string, string>;
  readonly views: readonly OtherView[];
}

type Reading = Pick<GitStore, 'read' | 'readMany' | 'line' | 'idOf' | 'format'>;

const PLAIN = '100644';
const COMMIT_CAP = 65_536;
/** From so many commits on, to ask git which they are costs less than it saves. */
const AT_ONCE = 100;
const COMMIT_FIX = 'git log --stat of the ledger branch shows it; put the branch back to the last good commit, which refs/coo/seen or another clone has';

/**
 * Every commit of the ledger's branch, back to the first: each adds the next entry and exactly the files that it names. What a commit's tree must be is told from its
 * entry, by hashing alone; trees are read where they are another. `isCut`: what came before is not in this clone.
 */
export async function checkHistory(git: Reading, head: Oid, record: Record, range: Range, findings: Findings): Promise<{ readonly commits: number; readonly isCut: boolean }> {
  const { commits, isCut } = await commitsOf(git, head, range.from);
  const walk = new HistoryWalk(git, record, findings);
  const [first] = commits;
  if (first !== undefined) await walk.begin(isCut || first.seq === null || first.seq > 1 ? first : undefined);
  for (const commit of commits.slice(walk.begun)) if (commit.seq === null || commit.seq <= range.to) await walk.commit(commit);
  return { commits: commits.length, isCut };
}

/** From the first to the newest, along first parents; from the one before entry `from` on. */
async function commitsOf(git: Reading, head: Oid, from: number): Promise<{ readonly commits: readonly Made[]; readonly isCut: boolean }> {
  const found: Made[] = [];
  const ahead = await readAhead(git, head, from);
  for (let id: Oid | undefined = head; id !== undefined; ) {
    const made: Made | undefined = ahead.get(id) ?? (await readCommit(git, id));
    if (made === undefined) return { commits: found.toReversed(), isCut: true };
    found.push(made);
    id = made.seq !== null && made.seq < from ? undefined : made.parents[0];
  }
  return { commits: found.toReversed(), isCut: false };
}

/** Commits that git thinks will be asked for, all in one pass: one by one each would wait for its answer. */
async function readAhead(git: Reading, head: Oid, from: number): Promise<ReadonlyMap<Oid, Made>> {
  const ahead = new Map<Oid, Made>();
  const newest = await readCommit(git, head);
  const most = newest?.seq === null || newest === undefined ? 0 : newest.seq - from + 2;
  if (most < AT_ONCE || git.line === undefined) return ahead;
  const ids = await git.line(head, most);
  await git.readMany(ids, COMMIT_CAP, (object, at) => {
    const id = ids[at] ?? '';
    if (object !== null && git.idOf(object) === id) ahead.set(id, madeOf(id, object));
  });
  return ahead;
}

async function readCommit(git: Reading, id: Oid): Promise<Made | undefined> {
  const object = await git.read(id, COMMIT_CAP);
  return object === null ? undefined : madeOf(id, object);
}

function madeOf(id: Oid, object: GitObject): Made {
  const commit = object.type === 'commit' ? decodeCommit(object.bytes) : null;
  if (commit === null) throw new Failure({ code: 'LEDGER_FOREIGN', message: `${id} in the history of the ledger's branch is no commit`, fix: 'git fsck', exit: 7 });
  const trailers = [...commit.message.matchAll(/^Coo-Seq: ([0-9]{1,9})$/gm)];
  return { id, tree: commit.tree, parents: commit.parents, seq: trailers.length === 1 ? Number(trailers[0]?.[1]) : null };
}

class HistoryWalk {
  readonly #git: Reading;
  readonly #record: Record;
  readonly #findings: Findings;
  readonly #entries: ReadonlyMap<number, NamedFiles['files']>;
  readonly #rule = new AppendOnly(isRecordedOnce);
  readonly #tree: GrowingTree;
  #last: Made | undefined;
  #seq = 0;
  /** Commits that were there before the walk. */
  begun = 0;

  constructor(git: Reading, record: Record, findings: Findings) {
    this.#git = git;
    this.#record = record;
    this.#findings = findings;
    this.#entries = new Map(record.entries.map(({ seq, files }) => [seq, files]));
    this.#tree = new GrowingTree((object) => git.idOf(object));
  }

  /** Takes the first commit as it is, where the walk does not begin at the first entry. */
  async begin(first: Made | undefined): Promise<void> {
    if (first === undefined) return;
    this.begun = 1;
    this.#last = first;
    this.#seq = first.seq ?? 0;
    for (const { path, after } of await differences(this.#git, null, first.tree)) this.#tree.set(path, after);
  }

  async commit(commit: Made): Promise<void> {
    const isNext = commit.seq === this.#seq + 1;
    const path = entryPath(this.#seq + 1);
    const short = commit.id.slice(0, 12);
    if (commit.parents.length > 1) this.#findings.say('HISTORY_MERGE', path, `commit ${short} is a merge: the ledger's branch has one line`, COMMIT_FIX);
    if (!isNext) this.#findings.say('HISTORY_FOREIGN', path, `commit ${short} says ${commit.seq === null ? 'no entry' : `entry ${String(commit.seq)}`} where entry ${String(this.#seq + 1)} comes next`, COMMIT_FIX);
    if (isNext) this.#seq += 1;
    const files = isNext ? this.#entries.get(this.#seq) : undefined;
    if (files === undefined || !(await this.#isAsNamed(commit, files))) await this.#compare(commit, files ?? []);
    if (isNext) for (const view of this.#record.views) if (view.seq === this.#seq) await this.#checkView(commit, view.path, view.view);
    this.#last = commit;
  }

  /** Whether the commit's tree is the one before with what its entry names put in. What it names is put in then. */
  async #isAsNamed(commit: Made, files: NamedFiles['files']): Promise<boolean> {
    const { blobs, named } = this.#record;
    const path = entryPath(this.#seq);
    const entry = blobs.get(path);
    if (entry === undefined || commit.parents.length > 1) return false;
    const put: [string, Oid][] = [[path, entry]];
    for (const { path: at, sha256 } of new Map(files.map((file) => [file.path, file])).values()) {
      const id = named.get(at) === sha256 ? blobs.get(at) : await this.#version(commit, at, sha256);
      if (id === undefined) return false;
      put.push([at, id]);
    }
    for (const [at, id] of put) this.#tree.set(at, { mode: PLAIN, id });
    return this.#tree.id() === commit.tree;
  }

  /** The blob that a path had then, where its bytes have that digest: a view or a plan's file that was written anew since. */
  async #version(commit: Made, path: string, sha256: string): Promise<Oid | undefined> {
    const id = await this.#find(commit, path);
    const blob = id === null ? null : await this.#git.read(id, FILE_CAP);
    return id !== null && blob !== null && sha256Hex(blob.bytes) === sha256 ? id : undefined;
  }

  async #checkView(commit: Made, path: string, view: object): Promise<void> {
    const id = await this.#find(commit, path);
    const blob = id === null ? null : await this.#git.read(id, FILE_CAP);
    if (blob !== null && !saysTheSame(blob.bytes, view)) this.#findings.say('VIEW_OTHER', path, `as entry ${String(this.#seq)} committed it, it is not what the entries before it give`);
  }

  /** Reads what the commit changed, says what it must not, and goes on from its tree. */
  async #compare(commit: Made, files: NamedFiles['files']): Promise<void> {
    const at = `in commit ${commit.id.slice(0, 12)}`;
    const trees = [this.#last?.tree ?? null];
    for (const parent of commit.parents.slice(1)) trees.push(await this.#treeOf(parent));
    const changes = await Promise.all(trees.map(async (tree) => differences(this.#git, tree, commit.tree)));
    const breaches = this.#rule.commit(changes);
    for (const { code, path, message } of breaches) this.#findings.say(code, path, `${message} ${at}`, COMMIT_FIX);
    const told = new Set(breaches.map(({ path }) => path));
    const named = new Map(files.map(({ path, sha256 }) => [path, sha256]));
    for (const change of changes[0] ?? []) if (!told.has(change.path)) await this.#checkChange(change, named, at);
    for (const path of [entryPath(this.#seq), ...named.keys()]) {
      const id = await this.#find(commit, path);
      if (id === null && named.has(path)) this.#findings.say('HISTORY_MISSING', path, `is named by entry ${String(this.#seq)} and not there ${at}`, COMMIT_FIX);
      this.#tree.set(path, id === null ? null : { mode: PLAIN, id });
    }
    for (const { path, after } of changes[0] ?? []) this.#tree.set(path, after);
  }

  async #find(commit: Made, path: string): Promise<Oid | null> {
    return new LedgerTree(this.#git, commit.tree).find(path);
  }

  async #checkChange({ path, after }: PathChange, named: ReadonlyMap<string, string>, at: string): Promise<void> {
    if (path === entryPath(this.#seq)) return;
    const sha256 = named.get(path);
    if (sha256 === undefined) return this.#findings.say('HISTORY_UNNAMED', path, `was changed ${at}, whose entry does not name it`, COMMIT_FIX);
    const blob = after === null ? null : await this.#git.read(after.id, FILE_CAP);
    if (blob !== null && sha256Hex(blob.bytes) !== sha256) this.#findings.say('HISTORY_OTHER', path, `has another digest ${at} than its entry names`, COMMIT_FIX);
  }

  async #treeOf(id: Oid): Promise<Oid | null> {
    const object = await this.#git.read(id, COMMIT_CAP);
    return object === null ? null : (decodeCommit(object.bytes)?.tree ?? null);
  }
}
