import type { GitObject, Oid } from '../../ports/git-store.ts';
import { parseInfo } from './cat-session.ts';
import type { ObjectInfo } from './cat-session.ts';
import { objectType } from './encode.ts';
import type { GitRepo } from './environment.ts';
import { GitError } from './errors.ts';
import { KeptGit } from './kept.ts';

/** A child that gives nothing for so long is ended. */
const STALL_MS = 60_000;

export type Take = (object: GitObject | null, at: number) => void;

/** How many objects were taken, and why no more when git ended early: then the next one is to blame, or git was killed. */
export interface Many {
  readonly taken: number;
  readonly error: GitError | null;
}

/**
 * Streams objects out of one kept-open `git cat-file --batch-command --buffer`, in the order asked for. A child for each call would cost more than what
 * it reads: to fork a large process takes long.
 */
export class ManyReader {
  private readonly repo: GitRepo;
  private session: ManySession | null = null;

  constructor(repo: GitRepo) {
    this.repo = repo;
  }

  /** Rejects with what `take` throws, and with GIT_TOO_LARGE at the header of an object over `cap` bytes. Several may be asked for at once. */
  read(ids: readonly Oid[], cap: number, take: Take): Promise<Many> {
    if (ids.length === 0) return Promise.resolve({ taken: 0, error: null });
    if (this.session?.alive !== true) this.session = new ManySession(this.repo);
    return this.session.read(ids, cap, take);
  }

  /** Ends the child when it has answered. A later read starts another. */
  async close(): Promise<void> {
    const session = this.session;
    this.session = null;
    await session?.close();
  }
}

/** The same through a child of its own. */
export async function readMany(repo: GitRepo, ids: readonly Oid[], cap: number, take: Take): Promise<Many> {
  const reader = new ManyReader(repo);
  try {
    return await reader.read(ids, cap, take);
  } finally {
    await reader.close();
  }
}

interface Asked {
  readonly ids: readonly Oid[];
  readonly cap: number;
  readonly take: Take;
  taken: number;
  readonly done: (many: Many) => void;
  readonly fail: (cause: unknown) => void;
}

/** One child and what it was asked for. Cuts its answers apart: `<id> <type> <size>`, the bytes, a newline; or `<id> missing`. */
class ManySession {
  private readonly child: KeptGit;
  private readonly asked: Asked[] = [];
  /** What came and is not used yet, joined only when it can be an answer. */
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = 1;
  private info: ObjectInfo | null = null;
  private isBroken = false;
  private stall: NodeJS.Timeout | null = null;

  constructor(repo: GitRepo) {
    this.child = new KeptGit(repo, ['cat-file', '--batch-command', '--buffer'], {}, (chunk) => this.push(chunk));
    void this.child.ended.then((end) => {
      this.isBroken = true;
      this.wait();
      for (const { taken, done } of this.asked.splice(0)) done({ taken, error: this.child.failure(end) });
    });
  }

  get alive(): boolean {
    return !this.isBroken && this.child.alive;
  }

  read(ids: readonly Oid[], cap: number, take: Take): Promise<Many> {
    return new Promise((done, fail) => {
      this.asked.push({ ids, cap, take, taken: 0, done, fail });
      this.child.idle(false);
      this.wait();
      this.child.send(`contents ${ids.join('\ncontents ')}\nflush\n`);
    });
  }

  close(): Promise<void> {
    return this.child.close();
  }

  private push(chunk: Buffer): void {
    if (this.isBroken) return;
    this.stall?.refresh();
    this.chunks.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return;
    const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    this.needed = 1;
    let from = 0;
    for (let [first] = this.asked; first !== undefined; [first] = this.asked) {
      const next = this.given(first, all, from);
      if (next === null) break;
      from = next;
      if (first.taken === first.ids.length) this.finish(first);
    }
    this.chunks = from === all.length ? [] : [all.subarray(from)];
    this.held = all.length - from;
  }

  /** Where the next answer begins; null when not all of this one is here, or when there will be no more. */
  private given(first: Asked, all: Buffer, from: number): number | null {
    try {
      return this.answer(first, all, from);
    } catch (cause) {
      // What the child has yet to say is for this one: it goes, and who waits for another asks a new child.
      this.isBroken = true;
      this.asked.shift();
      first.fail(cause);
      this.child.abort();
      return null;
    }
  }

  private finish(first: Asked): void {
    this.asked.shift();
    this.wait();
    first.done({ taken: first.taken, error: null });
  }

  /** Uses up one header or one object's bytes from `from` on. */
  private answer(first: Asked, all: Buffer, from: number): number | null {
    if (this.info === null) return this.header(first, all, from);
    const { size, type } = this.info;
    if (all.length - from <= size) {
      this.needed = size + 1;
      return null;
    }
    this.info = null;
    give(first, { type: objectType(first.ids[first.taken] ?? '', type), bytes: all.subarray(from, from + size) });
    return from + size + 1;
  }

  private header(first: Asked, all: Buffer, from: number): number | null {
    const end = all.indexOf(10, from);
    if (end < 0) return null;
    const id = first.ids[first.taken] ?? '';
    const line = all.toString('latin1', from, end);
    const info = line.startsWith(id) ? parseInfo(line) : undefined;
    if (info === undefined) throw new GitError({ code: 'GIT_FAILED', message: `git cat-file gave no answer about ${id}` });
    if (info === null) give(first, null);
    else if (info.size > first.cap) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${info.type} ${id} has ${String(info.size)} bytes, over the limit of ${String(first.cap)}` });
    else this.info = info;
    return end + 1;
  }

  /** While something is asked for, the child keeps us alive and must go on giving. */
  private wait(): void {
    if (this.stall !== null) clearTimeout(this.stall);
    this.stall = this.asked.length === 0 || this.isBroken ? null : setTimeout(() => this.child.abort(), STALL_MS);
    if (this.asked.length === 0) this.child.idle(true);
  }
}

function give(asked: Asked, object: GitObject | null): void {
  const at = asked.taken;
  asked.taken += 1;
  asked.take(object, at);
}
