import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GitObject, Oid } from '../../ports/git-store.ts';
import type { ObjectFormat } from './encode.ts';
import { errno } from './errors.ts';
import { PackFile } from './pack-file.ts';

/** More packs than this are left to git. */
const MAX_PACKS = 64;

/** The packs of a repository as they were at the first question. What came since, what is loose or borrowed is not in here. */
export class Packs {
  readonly #folder: string;
  readonly #format: ObjectFormat;
  #files: readonly PackFile[] | undefined;

  constructor(objectsDir: string, format: ObjectFormat) {
    this.#folder = join(objectsDir, 'pack');
    this.#format = format;
  }

  /** Whether `read` may give it: it does not where its bytes are damaged. */
  has(id: Oid): boolean {
    return this.#all.some((file) => file.find(id) !== undefined);
  }

  /** An object of at most `cap` bytes, not held against its id; undefined when it is for git to give, or to say what is wrong with it. */
  read(id: Oid, cap: number): GitObject | undefined {
    for (const file of this.#all) {
      const place = file.find(id);
      if (place !== undefined) return file.at(place, cap);
    }
    return undefined;
  }

  /** Packs that are gone keep their space until then. They are looked for again at the next question. */
  close(): void {
    for (const file of this.#files ?? []) file.close();
    this.#files = undefined;
  }

  get #all(): readonly PackFile[] {
    return (this.#files ??= this.#open());
  }

  #open(): readonly PackFile[] {
    const names = indexNames(this.#folder);
    return names.length > MAX_PACKS ? [] : names.flatMap((name) => PackFile.open(join(this.#folder, name), this.#format) ?? []);
  }
}

function indexNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.idx'));
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return [];
    throw error;
  }
}
