import type { GitObject, Oid } from '../../ports/git-store.ts';
import { encodeObject, objectType } from './encode.ts';
import type { ObjectFormat } from './encode.ts';
import type { GitRepo } from './environment.ts';
import { GitError } from './errors.ts';
import { KeptGit } from './kept.ts';
import { git } from './spawn.ts';

interface Info {
  readonly type: string;
  readonly size: number;
}

/** One request on its way: `info` wants a header, `contents` the header and the bytes. */
interface Asked {
  readonly contents: boolean;
  readonly answer: (info: Info | null, bytes: Uint8Array) => void;
  readonly fail: (error: unknown) => void;
}

const EMPTY = new Uint8Array(0);
/** A child that answers nothing for so long is ended. */
const STALL_MS = 60_000;

/**
 * Objects through a kept-open `git cat-file --batch-command`: packs, alternates, anything that is no loose file here.
 * A size is always asked before the bytes. Git looks for new packs by itself when an object is not where it was.
 */
export class CatFile {
  private readonly repo: GitRepo;
  private readonly format: ObjectFormat;
  private child: KeptGit | null = null;
  private asked: Asked[] = [];
  /** What came and is not used yet, joined only when it can be an answer: joining at every chunk would be quadratic. */
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = 1;
  private buffered: Buffer = Buffer.alloc(0);
  private info: Info | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(repo: GitRepo, format: ObjectFormat) {
    this.repo = repo;
    this.format = format;
  }

  /** The object, or null if the repository has no such one. Throws GIT_TOO_LARGE over `cap` bytes; GIT_OBJECT_BROKEN. */
  async read(id: Oid, cap: number): Promise<GitObject | null> {
    try {
      return await this.through(id, cap, (contents) => this.ask(contents, id));
    } catch (error) {
      if (!(error instanceof GitError) || (error.code !== 'GIT_FAILED' && error.code !== 'GIT_KILLED')) throw error;
    }
    // The child died: of another request's broken object perhaps. Alone, only this object can be to blame.
    return await this.through(id, cap, (contents) => this.once(contents, id, cap));
  }

  async close(): Promise<void> {
    const child = this.child;
    this.child = null;
    await child?.close();
  }

  private async through(id: Oid, cap: number, ask: (contents: boolean) => Promise<{ info: Info | null; bytes: Uint8Array }>): Promise<GitObject | null> {
    const { info } = await ask(false);
    if (info === null) return null;
    const type = objectType(id, info.type);
    if (info.size > cap) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${type} ${id} has ${String(info.size)} bytes, over the limit of ${String(cap)}` });
    const { info: again, bytes } = await ask(true);
    if (again === null) return null;
    if (encodeObject({ type, bytes }, this.format).id !== id) throw broken(id, 'the bytes git gives for it have another id');
    return { type, bytes };
  }

  /** One request to a child of its own. */
  private async once(contents: boolean, id: Oid, cap: number): Promise<{ info: Info | null; bytes: Uint8Array }> {
    const { stdout, exit, stderr } = await git(this.repo, ['cat-file', contents ? '--batch' : '--batch-check'], { stdin: `${id}\n`, okExits: [0, 128], maxOutputBytes: cap + 200 });
    if (exit !== 0) throw broken(id, 'git cannot read it', stderr);
    const end = stdout.indexOf(10);
    const info = parseLine(Buffer.from(stdout.subarray(0, end)).toString('latin1'));
    return { info, bytes: contents && info !== null ? stdout.subarray(end + 1, end + 1 + info.size) : EMPTY };
  }

  private ask(contents: boolean, id: Oid): Promise<{ info: Info | null; bytes: Uint8Array }> {
    return new Promise((resolve, reject) => {
      const child = this.child?.alive === true ? this.child : this.start();
      this.asked.push({ contents, answer: (info, bytes) => resolve({ info, bytes }), fail: reject });
      child.idle(false);
      this.watch(child);
      child.send(`${contents ? 'contents' : 'info'} ${id}\n`);
    });
  }

  private start(): KeptGit {
    this.drop(new GitError({ code: 'GIT_KILLED', message: 'git cat-file ended' }));
    const child: KeptGit = new KeptGit(this.repo, ['cat-file', '--batch-command'], {}, (chunk) => {
      if (this.child === child) this.take(chunk, child);
    });
    this.child = child;
    void child.ended.then((end) => {
      if (this.child !== child) return;
      this.child = null;
      this.drop(child.failure(end));
    });
    return child;
  }

  /** Fails everything on its way, and forgets half an answer. */
  private drop(error: GitError): void {
    const asked = this.asked;
    this.asked = [];
    this.chunks = [];
    this.held = 0;
    this.needed = 1;
    this.info = null;
    if (this.timer !== null) clearTimeout(this.timer);
    for (const one of asked) one.fail(error);
  }

  private take(chunk: Buffer, child: KeptGit): void {
    this.chunks.push(chunk);
    this.held += chunk.length;
    if (this.held >= this.needed) {
      this.buffered = Buffer.concat(this.chunks);
      this.needed = 1;
      while (this.answerOne()) continue;
      this.chunks = [this.buffered];
      this.held = this.buffered.length;
      this.buffered = Buffer.alloc(0);
    }
    this.watch(child);
  }

  /** Answers the oldest request if all of its answer is here. */
  private answerOne(): boolean {
    const first = this.asked[0];
    if (first === undefined) return false;
    if (this.info === null) {
      const end = this.buffered.indexOf(10);
      if (end < 0) return false;
      const info = parseLine(this.buffered.toString('latin1', 0, end));
      this.buffered = this.buffered.subarray(end + 1);
      if (info === null || !first.contents) return this.done(first, info, EMPTY);
      this.info = info;
    }
    const { size } = this.info;
    this.needed = size + 1;
    if (this.buffered.length < this.needed) return false;
    this.needed = 1;
    const bytes = Uint8Array.from(this.buffered.subarray(0, size));
    this.buffered = this.buffered.subarray(size + 1);
    return this.done(first, this.info, bytes);
  }

  private done(first: Asked, info: Info | null, bytes: Uint8Array): true {
    this.asked.shift();
    this.info = null;
    first.answer(info, bytes);
    return true;
  }

  private watch(child: KeptGit): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.asked.length === 0 ? null : setTimeout(() => child.abort(), STALL_MS);
    if (this.asked.length === 0) child.idle(true);
  }
}

function broken(id: Oid, what: string, stderr = ''): GitError {
  return new GitError({ code: 'GIT_OBJECT_BROKEN', message: `${id}: ${what}`, stderr, fix: 'run `git fsck --full`; restore the object from another clone; do not append before that' });
}

/** `<id> <type> <size>`, or null for `<id> missing`. */
function parseLine(line: string): Info | null {
  const found = /^[0-9a-f]+ ([a-z]+) (\d+)$/.exec(line);
  return found === null ? null : { type: found[1] ?? '', size: Number(found[2]) };
}
