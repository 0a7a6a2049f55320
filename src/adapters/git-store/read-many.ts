import type { GitObject, Oid } from '../../ports/git-store.ts';
import { parseInfo } from './cat-session.ts';
import type { ObjectInfo } from './cat-session.ts';
import { objectType } from './encode.ts';
import type { GitRepo } from './environment.ts';
import { GitError } from './errors.ts';
import { collect, ended, endGit, gitFailure, spawnGit } from './spawn.ts';

const MAX_STDERR_BYTES = 64 * 1024;
/** A child that gives nothing for so long is ended. */
const STALL_MS = 60_000;

/**
 * Streams objects out of one `git cat-file --batch --buffer`, in the order asked for. Resolves with how many were taken when git ended early:
 * then the next one is to blame, or git was killed. Throws what `take` throws, and GIT_TOO_LARGE at the header of an object over `cap` bytes.
 */
export async function readMany(repo: GitRepo, ids: readonly Oid[], cap: number, take: (object: GitObject | null, at: number) => void): Promise<{ readonly taken: number; readonly error: GitError | null }> {
  const args = ['cat-file', '--batch', '--buffer'];
  const child = spawnGit(repo, args);
  const end = ended(child);
  const stderr = collect(child.stderr, MAX_STDERR_BYTES, () => undefined);
  const stream = new ObjectStream(ids, cap, take);
  let thrown: { readonly cause: unknown } | null = null;
  const stall = setTimeout(() => endGit(child), STALL_MS);
  child.stdout.on('data', (chunk: Buffer) => {
    if (thrown !== null) return;
    stall.refresh();
    try {
      stream.push(chunk);
    } catch (cause) {
      thrown = { cause };
      endGit(child);
    }
  });
  child.stdin.end(`${ids.join('\n')}\n`, 'latin1');
  const how = await end;
  clearTimeout(stall);
  rethrow(thrown);
  if (stream.taken === ids.length) return { taken: stream.taken, error: null };
  return { taken: stream.taken, error: gitFailure(repo, args, how, new TextDecoder().decode(stderr())) };
}

function rethrow(thrown: { readonly cause: unknown } | null): void {
  if (thrown !== null) throw thrown.cause;
}

/** Cuts git's answers apart: `<id> <type> <size>`, the bytes, a newline; or `<id> missing`. */
class ObjectStream {
  taken = 0;
  private readonly ids: readonly Oid[];
  private readonly cap: number;
  private readonly take: (object: GitObject | null, at: number) => void;
  /** What came and is not used yet, joined only when it can be an answer. */
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = 1;
  private info: ObjectInfo | null = null;

  constructor(ids: readonly Oid[], cap: number, take: (object: GitObject | null, at: number) => void) {
    this.ids = ids;
    this.cap = cap;
    this.take = take;
  }

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.held += chunk.length;
    if (this.held < this.needed) return;
    const all = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks);
    this.needed = 1;
    let from = 0;
    for (let next = this.answer(all, from); next !== null; next = this.answer(all, from)) from = next;
    this.chunks = from === all.length ? [] : [all.subarray(from)];
    this.held = all.length - from;
  }

  /** Uses up one header or one object's bytes from `from` on; null when not all of it is here. */
  private answer(all: Buffer, from: number): number | null {
    if (this.info === null) return this.header(all, from);
    const { size, type } = this.info;
    if (all.length - from <= size) {
      this.needed = size + 1;
      return null;
    }
    this.info = null;
    this.give({ type: objectType(this.ids[this.taken] ?? '', type), bytes: all.subarray(from, from + size) });
    return from + size + 1;
  }

  private header(all: Buffer, from: number): number | null {
    const end = all.indexOf(10, from);
    if (end < 0) return null;
    const id = this.ids[this.taken] ?? '';
    const line = all.toString('latin1', from, end);
    const info = line.startsWith(id) ? parseInfo(line) : undefined;
    if (info === undefined) throw new GitError({ code: 'GIT_FAILED', message: `git cat-file gave no answer about ${id}` });
    if (info === null) this.give(null);
    else if (info.size > this.cap) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${info.type} ${id} has ${String(info.size)} bytes, over the limit of ${String(this.cap)}` });
    else this.info = info;
    return end + 1;
  }

  private give(object: GitObject | null): void {
    const at = this.taken;
    this.taken += 1;
    this.take(object, at);
  }
}
