import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lineReader } from './lines.ts';

/** A session's id is part of a file's name. */
const ID = /^[0-9a-f-]{1,64}$/;
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const PART = 1_048_576;

/**
 * The record that codex keeps of a session, read as it grows: `<home>/.codex/sessions/<year>/<month>/<day>/rollout-<time>-<id>.jsonl`. What it runs
 * can write there too, so that it can only make itself look dearer: `turn.completed` on standard output has the last word.
 */
export class CodexRecord {
  readonly #home: string;
  readonly #lines: ReturnType<typeof lineReader>;
  #path: string | undefined;
  #offset = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(home: string, take: (line: string) => void) {
    this.#home = home;
    this.#lines = lineReader(take);
  }

  /** Takes what has been written since, one look after the other. A record that is not there, or not as it was, tells nothing. */
  async look(session: string | null): Promise<void> {
    this.#reading = this.#reading.then(async () => this.#read(session)).catch(() => undefined);
    return this.#reading;
  }

  async #read(session: string | null): Promise<void> {
    if (session === null || !ID.test(session)) return;
    this.#path ??= await findRecord(join(this.#home, '.codex', 'sessions'), `-${session}.jsonl`);
    if (this.#path === undefined) return;
    const file = await open(this.#path, READ_ONLY);
    try {
      if (!(await file.stat()).isFile()) return;
      const part = new Uint8Array(PART);
      for (let read = -1; read !== 0; this.#offset += read) {
        ({ bytesRead: read } = await file.read(part, 0, PART, this.#offset));
        if (read > 0) this.#lines.push(part.slice(0, read));
      }
    } finally {
      await file.close();
    }
  }
}

/** The file with this end of its name, three folders down: there is a folder for a day, and rarely more than one. */
async function findRecord(folder: string, end: string, depth = 3): Promise<string | undefined> {
  if (!(await lstat(folder)).isDirectory()) return undefined;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = depth === 0 ? (name.endsWith(end) ? path : undefined) : await findRecord(path, end, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
