import { entryPath, loadEntry } from '../../format/entry.ts';
import type { LoadedEntry } from '../../format/entry.ts';
import { apply } from '../../kernel/fold.ts';
import type { Event } from '../../kernel/event.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { ENGINE } from '../../kernel/limits.ts';
import { reviveHead, revivePlan, snapshotPlan } from '../../kernel/snapshot.ts';
import type { PlanSnapshot } from '../../kernel/snapshot.ts';
import type { Signers } from '../../kernel/signers.ts';
import { emptyState } from '../../kernel/state.ts';
import type { State } from '../../kernel/state.ts';
import type { Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import { cooPaths } from '../layout.ts';
import type { LedgerWorld } from '../world.ts';
import { readCacheHead, readCachePlan, sweepCache, writeCache } from './cache.ts';
import type { PlanLine } from './cache.ts';
import { readLedgerCommit } from './commit.ts';
import type { LedgerCommit } from './commit.ts';
import { planOf } from './event-plans.ts';
import { readHome } from './home.ts';
import type { Home } from './home.ts';
import { DEFAULT_PREFIX, refNames } from './names.ts';
import type { RefNames } from './names.ts';
import { fork, readHead, rewound } from './seen.ts';
import { LedgerTree } from './tree.ts';

/** Which plans a session holds: all (a manager), those that have not ended (who looks for work), or those that are asked for (a short command). */
export type Hold = 'all' | 'open' | 'asked';

/** An entry as it was read or published, for mirrors and views. */
export interface KnownEntry {
  readonly entry: LoadedEntry;
  readonly path: string;
}

const ENTRY_CAP = 4_194_304;
/** Blobs asked for at once: enough to keep one cat-file busy, few enough to keep memory flat. */
const READ_AHEAD = 512;

/**
 * A process's view of the ledger: the fold up to a head. `refresh` follows the branch; `reload` starts again from the cache,
 * which is the only way back after events were applied that did not get published.
 */
export class LedgerSession {
  readonly world: LedgerWorld;
  readonly refs: RefNames;
  readonly home: Home | undefined;
  state: State = emptyState();
  head: Oid | null = null;
  seq = 0;
  /** sha256 of the last entry's bytes; empty before the first. */
  prev = '';
  /** Who may sign the next entry: as of the last one, whatever was decided since. */
  signers: Signers | null = null;
  tree: LedgerTree;
  lines: ReadonlyMap<PlanId, PlanLine> = new Map();
  /** Why nothing more may be appended from here; set once, for good: also where the mark on the disk could not be written. */
  halted: string | undefined;
  /** The first entry whose engine is newer than ours: what it means is known in part, so nothing may be appended from here. */
  newer: { readonly seq: number; readonly engine: number } | undefined;
  /** Called with each entry that this session comes to know, in order. */
  onEntry: ((known: KnownEntry) => void) | undefined;
  readonly #hold: Hold;
  #changed = new Set<PlanId>();
  #cachedSeq = 0;
  #isSpoilt = false;

  private constructor(world: LedgerWorld, home: Home | undefined, hold: Hold, refs: RefNames) {
    this.world = world;
    this.home = home;
    this.refs = refs;
    this.tree = new LedgerTree(world.git, null);
    this.#hold = hold;
  }

  /** Opens the ledger of a repository and folds it. Where there is none, `head` is null and the state empty. `as`: with this mark of a home, not the one that stands there. */
  static async open(world: LedgerWorld, hold: Hold, as?: Home): Promise<LedgerSession> {
    const home = as ?? (await readHome(world));
    const refs = refNames(home?.prefix ?? DEFAULT_PREFIX);
    const cloned = home === undefined ? await clonedLedger(world) : undefined;
    const session = new LedgerSession(world, home, hold, cloned === undefined ? refs : { ...refs, ledger: cloned });
    await session.reload();
    return session;
  }

  /** Folds again from the cache and the entries after it. Aside: effects at work beside it read the state, and never one that is half folded. */
  async reload(): Promise<void> {
    const fresh = new LedgerSession(this.world, this.home, this.#hold, this.refs);
    const met: KnownEntry[] = [];
    fresh.onEntry = (known) => met.push(known);
    await fresh.#fold();
    // Both refs may have gone back together: what this process knew is the memory of it.
    if (fresh.seq < this.seq || (fresh.seq === this.seq && fresh.prev !== this.prev)) throw this.#lost(fresh.head, fresh.seq);
    this.#become(fresh);
    for (const known of met) this.onEntry?.(known);
  }

  /** Says that the state holds what was never published: the next refresh folds again, and no cache is written before. */
  spoil(): void {
    this.#isSpoilt = true;
  }

  /** Folds what was appended since. Halts (exit 7) when the branch does not continue what was seen before. */
  async refresh(): Promise<void> {
    if (this.#isSpoilt) return this.reload();
    // First what was seen, then where the branch is: a publisher moves them the other way round, so the branch is never behind by chance.
    const seen = await this.world.git.ref(this.refs.seen);
    const head = await this.world.git.ref(this.refs.ledger);
    if (head === this.head && head !== null) {
      // A branch put back to where the cache was written has lost what was seen since.
      if (seen !== null && seen !== head) await readHead(this.world.git, this.refs, seen, head);
      return undefined;
    }
    if (head === null) {
      const known = seen ?? this.head;
      if (known !== null) throw rewound(this.refs.ledger, known, null);
      return undefined;
    }
    const commit = await readHead(this.world.git, this.refs, seen, head);
    const tree = new LedgerTree(this.world.git, commit.tree);
    await this.#follow(commit, tree);
    this.head = head;
    this.tree = tree;
    return undefined;
  }

  /** Puts a plan into the state, from the cache, if it is not there. Nothing happens for a plan that does not exist. */
  async ensure(plan_id: PlanId): Promise<void> {
    if (this.state.plans.has(plan_id)) return;
    const line = this.lines.get(plan_id);
    if (line === undefined) return;
    const snapshot = (await readCachePlan(this.world, line)) ?? (await this.#refold(plan_id));
    try {
      revivePlan(this.state, snapshot);
    } catch (cause) {
      // Its digest holds, so somebody made both. The state has a part of it: nothing is decided on that.
      throw cacheTorn(this.world, `holds a plan ${plan_id} that is none`, cause);
    }
  }

  /** Puts every plan into the state, or every one that goes on. */
  async ensureAll(hold: Exclude<Hold, 'asked'> = 'all'): Promise<void> {
    for (const { plan_id, state } of this.lines.values()) if (hold === 'all' || (state !== 'done' && state !== 'cancelled')) await this.ensure(plan_id);
  }

  /** Puts into the state what an event changes. */
  async ensureFor(event: Event): Promise<void> {
    const plan_id = planOf(event);
    if (plan_id !== undefined) await this.ensure(plan_id);
  }

  /** The entry of a sequence number, proven by its digest. */
  async entry(seq: number): Promise<KnownEntry> {
    const path = entryPath(seq);
    return this.#read(path, await this.tree.find(path), seq);
  }

  /** The bytes of any file on the ledger's branch, or null. */
  async file(path: string, cap: number): Promise<Uint8Array | null> {
    const id = await this.tree.find(path);
    const blob = id === null ? null : await this.world.git.read(id, cap);
    return blob?.bytes ?? null;
  }

  /** Takes over what was just published from this very state. */
  advance(to: { readonly head: Oid; readonly seq: number; readonly prev: string }): void {
    this.head = to.head;
    this.seq = to.seq;
    this.prev = to.prev;
    this.signers = this.state.signers;
  }

  /** Notes the plans that events touch, so that the cache writes them again. */
  touch(events: readonly Event[]): void {
    for (const event of events) {
      const plan_id = planOf(event);
      if (plan_id !== undefined) this.#changed.add(plan_id);
    }
  }

  /** Entries since the cache was written. */
  get uncached(): number {
    return this.seq - this.#cachedSeq;
  }

  /** Writes the cache as of now. */
  async cache(sweep = false): Promise<void> {
    // What is known in part, or holds what was never published, is no fold to remember: an upgraded coo, or the next command, would believe it.
    if (this.head === null || this.newer !== undefined || this.#isSpoilt) return;
    this.lines = await writeCache(this.world, { head: this.head, seq: this.seq, prev: this.prev }, this.state, this.lines, this.#changed);
    this.#changed = new Set();
    this.#cachedSeq = this.seq;
    if (sweep) await sweepCache(this.world, this.lines);
  }

  async #fold(): Promise<void> {
    const cached = await readCacheHead(this.world);
    const head = await this.world.git.ref(this.refs.ledger);
    if (cached === undefined || head === null) return this.refresh();
    try {
      await this.#revive(cached, head);
      await this.refresh();
    } catch {
      // A cache that is torn, or of another history, must not stand in the way of the ledger. What is wrong with the ledger itself is met again.
      this.#become(new LedgerSession(this.world, this.home, this.#hold, this.refs));
      await this.refresh();
    }
    return undefined;
  }

  /** Takes over all that another session folded. */
  #become(other: LedgerSession): void {
    this.state = other.state;
    this.head = other.head;
    this.seq = other.seq;
    this.prev = other.prev;
    this.signers = other.signers;
    this.tree = other.tree;
    this.lines = other.lines;
    this.newer = other.newer;
    this.#changed = other.#changed;
    this.#cachedSeq = other.#cachedSeq;
    this.#isSpoilt = false;
  }

  /** A plan whose cached fold is gone, as of the cache: folded again from the first entry. It did not change since, or it would be in the state. */
  async #refold(plan_id: PlanId): Promise<PlanSnapshot> {
    const whole = emptyState();
    for (let seq = 1; seq <= this.#cachedSeq; seq += 1) for (const event of (await this.entry(seq)).entry.events) apply(whole, event);
    const plan = whole.plans.get(plan_id);
    if (plan === undefined) throw cacheTorn(this.world, `names a plan ${plan_id} that the ledger does not hold`);
    return snapshotPlan(whole, plan);
  }

  /** `head` is where the branch stands: a commit that it left behind is packed, as a rule, and would cost a git process to read. */
  async #revive(cached: NonNullable<Awaited<ReturnType<typeof readCacheHead>>>, head: Oid): Promise<void> {
    this.state = reviveHead(cached.state);
    this.head = cached.head;
    this.seq = cached.seq;
    this.prev = cached.prev;
    this.signers = this.state.signers;
    this.lines = new Map(cached.plans.map((line) => [line.plan_id, line]));
    this.#cachedSeq = cached.seq;
    const commit = await readLedgerCommit(this.world.git, head);
    this.tree = new LedgerTree(this.world.git, commit.tree);
    if (this.#hold !== 'asked') await this.ensureAll(this.#hold);
  }

  async #follow(commit: LedgerCommit, tree: LedgerTree): Promise<void> {
    if (commit.seq <= this.seq) throw this.#lost(commit.id, commit.seq);
    for (let from = this.seq + 1; from <= commit.seq; from += READ_AHEAD) {
      const seqs = Array.from({ length: Math.min(READ_AHEAD, commit.seq - from + 1) }, (_, at) => from + at);
      const ids: (Oid | null)[] = [];
      for (const seq of seqs) ids.push(await tree.find(entryPath(seq)));
      const entries = await Promise.all(seqs.map(async (seq, at) => this.#read(entryPath(seq), ids[at] ?? null, seq)));
      for (const known of entries) await this.#take(known);
    }
  }

  /** The branch has not what was read from it before. */
  #lost(head: Oid | null, seq: number): Failure {
    if (head === null && this.head !== null) return rewound(this.refs.ledger, this.head, null);
    return fork(this.refs.ledger, this.seq, seq, this.head);
  }

  async #read(path: string, id: Oid | null, seq: number): Promise<KnownEntry & { readonly sha256: string }> {
    const blob = id === null ? null : await this.world.git.read(id, ENTRY_CAP);
    if (blob === null) throw new Failure({ code: 'LEDGER_GAP', message: `entry ${String(seq)} (${path}) is missing`, fix: 'coo verify', exit: 7 });
    const parsed = loadEntry(blob.bytes, path);
    if (!parsed.ok) throw new Failure({ code: parsed.fault.code, message: `${path}: ${parsed.fault.message}`, fix: parsed.fault.fix, exit: 7 });
    return { entry: parsed.entry, path, sha256: parsed.sha256 };
  }

  async #take(known: KnownEntry & { readonly sha256: string }): Promise<void> {
    const { entry } = known;
    if (entry.seq !== this.seq + 1 || entry.prev !== this.prev) throw fork(this.refs.ledger, this.seq, entry.seq, this.head);
    if (entry.engine > ENGINE) this.newer ??= { seq: entry.seq, engine: entry.engine };
    for (const event of entry.events) {
      await this.ensureFor(event);
      apply(this.state, event);
    }
    this.touch(entry.events);
    this.seq = entry.seq;
    this.prev = known.sha256;
    this.signers = this.state.signers;
    this.onEntry?.(known);
  }
}

/** In a clone that is no home, the ledger as it was fetched: a clone is enough to read and to verify. */
async function clonedLedger(world: LedgerWorld): Promise<string | undefined> {
  const local = refNames(DEFAULT_PREFIX).ledger;
  const fetched = local.replace('refs/heads/', 'refs/remotes/origin/');
  return (await world.git.ref(local)) === null && (await world.git.ref(fetched)) !== null ? fetched : undefined;
}

function cacheTorn({ layout }: Pick<LedgerWorld, 'layout'>, what: string, cause?: unknown): Failure {
  return new Failure({ code: 'CACHE_TORN', message: `the cache ${cooPaths.cache(layout)} ${what}`, fix: 'coo doctor --repair', cause });
}
