import type { Oid } from '../../ports/git-store.ts';
import { GitWorkError } from './errors.ts';
import { idBytes } from './oid.ts';
import type { HashFormat } from './oid.ts';

/** One line of a tree object. `name` is bytes: git puts no encoding on it. `mode` has six digits, as in git's raw output. */
export interface TreeLine {
  readonly mode: string;
  readonly name: Buffer;
  readonly id: Oid;
}

export const FOLDER = '040000';
export const GITLINK = '160000';
const SPACE = 0x20;
const SLASH = Buffer.from('/');

export function isFolder(line: TreeLine): boolean {
  return line.mode === FOLDER;
}

/** What git sorts by: a folder's name as if it ended in a slash. With it, a file and a folder of one name are two different keys. */
export function sortKey(line: Pick<TreeLine, 'mode' | 'name'>): Buffer {
  return line.mode === FOLDER ? Buffer.concat([line.name, SLASH]) : line.name;
}

export function byKey(one: TreeLine, other: TreeLine): number {
  return Buffer.compare(sortKey(one), sortKey(other));
}

/** Reads a tree object. Throws WORK_OBJECT_BROKEN when it is cut off, has a strange mode, or its lines are not in strict order. */
export function parseTree(format: HashFormat, bytes: Uint8Array): readonly TreeLine[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = idBytes(format);
  const lines: TreeLine[] = [];
  let at = 0;
  while (at < buffer.length) {
    const space = buffer.indexOf(SPACE, at);
    const nul = buffer.indexOf(0, space + 1);
    if (space < 0 || nul < 0 || nul + 1 + width > buffer.length) throw new GitWorkError('WORK_OBJECT_BROKEN', 'a tree object is cut off');
    const mode = buffer.toString('latin1', at, space).padStart(6, '0');
    const name = buffer.subarray(space + 1, nul);
    if (!/^[01][0-7]{5}$/.test(mode) || name.length === 0) throw new GitWorkError('WORK_OBJECT_BROKEN', 'a tree object holds a line that is no entry');
    const line = { mode, name, id: buffer.toString('hex', nul + 1, nul + 1 + width) };
    const last = lines.at(-1);
    if (last !== undefined && byKey(last, line) >= 0) throw new GitWorkError('WORK_OBJECT_BROKEN', 'a tree object is not in order');
    lines.push(line);
    at = nul + 1 + width;
  }
  return lines;
}

/** The bytes of a tree object with these lines, which are put in git's order. */
export function renderTree(lines: readonly TreeLine[]): Uint8Array {
  const parts = lines
    .toSorted(byKey)
    .flatMap((line) => [Buffer.from(`${line.mode.replace(/^0+/, '')} `, 'latin1'), line.name, Buffer.of(0), Buffer.from(line.id, 'hex')]);
  return Buffer.concat(parts);
}

// ignoreBOM: without it a name that begins with a byte order mark would lose it.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A name as text. Throws WORK_PATH_NOT_UTF8 with the name escaped, because replacing the bad bytes could make two names equal. */
export function nameText(name: Uint8Array): string {
  try {
    return UTF8.decode(name);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new GitWorkError('WORK_PATH_NOT_UTF8', `a path is not valid UTF-8: ${escaped(name)}`);
  }
}

function escaped(name: Uint8Array): string {
  const text = Array.from(name.subarray(0, 200), (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : `\\x${byte.toString(16).padStart(2, '0')}`));
  return `"${text.join('')}"`;
}

/** The parts of a path that coo itself wants to write, as bytes. Throws WORK_PATH_REFUSED for what is no plain relative path, or lies in a `.git`. */
export function pathParts(path: string): readonly Buffer[] {
  const parts = path.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git' || part.includes('\0') || !part.isWellFormed());
  if (bad) throw new GitWorkError('WORK_PATH_REFUSED', `not a path inside a tree: ${JSON.stringify(path)}`);
  return parts.map((part) => Buffer.from(part, 'utf8'));
}
