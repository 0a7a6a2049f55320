import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Oid } from '../../ports/git-store.ts';
import { errno, GitError, ioError } from './errors.ts';
import { checkRefName } from './ref-names.ts';
import type { ObjectFormat } from './encode.ts';

/** `packed-refs` as it stood when it was last read. */
interface Packed {
  readonly stamp: string;
  readonly refs: ReadonlyMap<string, Oid>;
}

const MAX_REF_BYTES = 4096;

/** Reads refs from their files. Linked worktrees share them, so everything is under the common folder. */
export class Refs {
  private readonly commonDir: string;
  private readonly idLength: number;
  private packed: Packed = { stamp: 'absent', refs: new Map() };

  constructor(commonDir: string, format: ObjectFormat) {
    this.commonDir = commonDir;
    this.idLength = format === 'sha1' ? 40 : 64;
  }

  /**
   * A ref's value now, or null. The loose file goes first: git packs a ref before it removes the file, so a ref is never missed.
   * Throws GIT_REF_NAME, GIT_REF_BROKEN (empty or no id), GIT_REF_SYMBOLIC, GIT_IO.
   */
  read(name: string): Oid | null {
    checkRefName(name);
    const path = join(this.commonDir, name);
    const text = readLooseRef(path);
    if (text === null) return this.readPacked().get(name) ?? null;
    const id = text.trimEnd();
    if (this.isId(id)) return id;
    if (text.startsWith('ref:')) throw symbolic(name, `points to ${id.slice(4).trim()}`);
    throw new GitError({
      code: 'GIT_REF_BROKEN',
      message: `${path} ${text === '' ? 'is empty' : 'does not hold an object id'}`,
      fix: `find the last good commit with \`git fsck --lost-found\` or in another clone, remove the file, then \`git update-ref ${name} <id>\`; do not append before that`,
    });
  }

  private readPacked(): ReadonlyMap<string, Oid> {
    const path = join(this.commonDir, 'packed-refs');
    const stamp = stampOf(path);
    if (stamp !== this.packed.stamp) this.packed = { stamp, refs: stamp === 'absent' ? new Map() : this.parsePacked(path) };
    return this.packed.refs;
  }

  private parsePacked(path: string): ReadonlyMap<string, Oid> {
    const refs = new Map<string, Oid>();
    for (const line of readPackedText(path).split('\n')) {
      if (line === '' || line.startsWith('#') || line.startsWith('^')) continue;
      const id = line.slice(0, this.idLength);
      if (!this.isId(id) || line[this.idLength] !== ' ') {
        throw new GitError({ code: 'GIT_REF_BROKEN', message: `${path} has a line that is no ref: ${JSON.stringify(line.slice(0, 100))}`, fix: 'restore the file from a backup or another clone; do not append before that' });
      }
      refs.set(line.slice(this.idLength + 1), id);
    }
    return refs;
  }

  private isId(text: string): boolean {
    return text.length === this.idLength && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text);
  }
}

function symbolic(name: string, what: string): GitError {
  return new GitError({ code: 'GIT_REF_SYMBOLIC', message: `${name} ${what}; coo does not follow symbolic refs`, fix: `git symbolic-ref --delete ${name}` });
}

/** The text of a ref's own file; null when there is none, or when the name is a folder of other refs. */
function readLooseRef(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'ELOOP') throw symbolic(path, 'is a symbolic link');
    throw ioError(`read ${path}`, error);
  }
  try {
    if (fstatSync(fd).isDirectory()) return null;
    const bytes = Buffer.alloc(MAX_REF_BYTES);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } catch (error) {
    throw ioError(`read ${path}`, error);
  } finally {
    closeSync(fd);
  }
}

/** Changes whenever the file is replaced: git only ever renames a new one into place. */
function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? 'absent' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

function readPackedText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return '';
    throw ioError(`read ${path}`, error);
  }
}
