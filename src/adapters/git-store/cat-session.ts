import type { Oid } from '../../ports/git-store.ts';
import type { GitRepo } from './environment.ts';
import { KeptGit } from './kept.ts';

export interface ObjectInfo {
  readonly type: string;
  /** Bytes of the content. */
  readonly size: number;
}

/** What git said of an object: null when it is absent; `bytes` are empty unless asked for. */
export interface ObjectAnswer {
  readonly info: ObjectInfo | null;
  readonly bytes: Uint8Array;
}

interface Asked {
  readonly contents: boolean;
  readonly answer: (answer: ObjectAnswer) => void;
  readonly fail: (error: unknown) => void;
}

const EMPTY = new Uint8Array(0);
/** A child that answers nothing for so long is ended. */
const STALL_MS = 60_000;

/** One `git cat-file --batch-command` and the requests on their way to it. */
export class CatSession {
  private readonly child: KeptGit;
  private readonly asked: Asked[] = [];
  /** What came and is not used yet, joined only when it can be an answer: joining at every chunk would be quadratic. */
  private chunks: Buffer[] = [];
  private held = 0;
  private needed = 1;
  private info: ObjectInfo | null = null;
  private timer: NodeJS.Timeout | null = null;

  constructor(repo: GitRepo) {
    this.child = new KeptGit(repo, ['cat-file', '--batch-command'], {}, (chunk) => this.take(chunk));
    void this.child.ended.then((end) => {
      const error = this.child.failure(end);
      for (const one of this.asked.splice(0)) one.fail(error);
      this.watch();
    });
  }

  get alive(): boolean {
    return this.child.alive;
  }

  /** Asks for an object's type and size, and for its bytes if `contents`. Throws GIT_FAILED or GIT_KILLED when the child ends first. */
  ask(contents: boolean, id: Oid): Promise<ObjectAnswer> {
    return new Promise((answer, fail) => {
      this.asked.push({ contents, answer, fail });
      this.child.idle(false);
      this.watch();
      this.child.send(`${contents ? 'contents' : 'info'} ${id}\n`);
    });
  }

  /** Ends the child after it has answered what was asked. */
  close(): Promise<void> {
    return this.child.close();
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.held += chunk.length;
    if (this.held >= this.needed) {
      let rest: Buffer | null = Buffer.concat(this.chunks);
      this.needed = 1;
      for (let next: Buffer | null = rest; next !== null; next = this.answerOne(rest)) rest = next;
      this.chunks = [rest];
      this.held = rest.length;
    }
    this.watch();
  }

  /** Uses up one line or one object's bytes; null when not all of it is here. */
  private answerOne(bytes: Buffer): Buffer | null {
    const first = this.asked[0];
    if (first === undefined) return null;
    if (this.info === null) {
      const end = bytes.indexOf(10);
      if (end < 0) return null;
      const info = parseInfo(bytes.toString('latin1', 0, end));
      if (info === undefined) {
        // What follows cannot be told apart either.
        this.child.abort();
        return null;
      }
      if (info === null || !first.contents) this.done(first, { info, bytes: EMPTY });
      else this.info = info;
      return bytes.subarray(end + 1);
    }
    const { size } = this.info;
    if (bytes.length <= size) {
      this.needed = size + 1;
      return null;
    }
    this.done(first, { info: this.info, bytes: Uint8Array.from(bytes.subarray(0, size)) });
    return bytes.subarray(size + 1);
  }

  private done(first: Asked, answer: ObjectAnswer): void {
    this.asked.shift();
    this.info = null;
    first.answer(answer);
  }

  private watch(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.asked.length === 0 ? null : setTimeout(() => this.child.abort(), STALL_MS);
    if (this.asked.length === 0) this.child.idle(true);
  }
}

/** `<id> <type> <size>`; null for `<id> missing`; undefined for anything else. */
export function parseInfo(line: string): ObjectInfo | null | undefined {
  const found = /^[0-9a-f]+ (?:missing|([a-z]+) (\d+))$/.exec(line);
  if (found === null) return undefined;
  return found[1] === undefined ? null : { type: found[1], size: Number(found[2]) };
}
