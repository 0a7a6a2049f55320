import type { GitObject, Oid } from '../../ports/git-store.ts';
import type { Side } from './append-only.ts';

interface Line {
  /** What git orders it by: its name, of a folder with a slash. */
  readonly key: string;
  readonly isAscii: boolean;
  /** Bytes. */
  readonly size: number;
  readonly mode: string;
}

/** One folder as the bytes of its git tree, kept in git's order, with room to grow. */
interface Folder {
  readonly parent: Folder | null;
  readonly name: string;
  readonly lines: Line[];
  /** The modes of what is in it, by name. */
  readonly modes: Map<string, string>;
  bytes: Buffer;
  used: number;
  /** Folders in it whose id is not in its bytes yet. */
  readonly changed: Set<Folder>;
}

const FOLDER = '40000';
const FIRST_BYTES = 256;

/**
 * A tree that is changed file by file and gives the id that git would give it: what a row of commits must have made is told without reading one of
 * their trees. An id costs one hash over each folder that was changed since the last.
 */
export class GrowingTree {
  readonly #idOf: (object: GitObject) => Oid;
  readonly #root: Folder = folder(null, '');
  readonly #folders = new Map<string, Folder>([['', this.#root]]);

  constructor(idOf: (object: GitObject) => Oid) {
    this.#idOf = idOf;
  }

  /** Puts a file in, or takes it away. */
  set(path: string, side: Side | null): void {
    const cut = path.lastIndexOf('/');
    const at = this.#folder(cut < 0 ? '' : path.slice(0, cut));
    setLine(at, path.slice(cut + 1), side);
    touch(at);
  }

  /** The id of the whole tree. */
  id(): Oid {
    return this.#idOfFolder(this.#root);
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const made = folder(this.#folder(cut < 0 ? '' : path.slice(0, cut)), path.slice(cut + 1));
    this.#folders.set(path, made);
    return made;
  }

  #idOfFolder(at: Folder): Oid {
    for (const child of at.changed) setLine(at, child.name, child.used === 0 && child.changed.size === 0 ? null : { mode: FOLDER, id: this.#idOfFolder(child) });
    at.changed.clear();
    return this.#idOf({ type: 'tree', bytes: at.bytes.subarray(0, at.used) });
  }
}

function folder(parent: Folder | null, name: string): Folder {
  return { parent, name, lines: [], modes: new Map(), bytes: Buffer.allocUnsafe(FIRST_BYTES), used: 0, changed: new Set() };
}

function touch(at: Folder): void {
  for (let child = at; child.parent !== null && !child.parent.changed.has(child); child = child.parent) child.parent.changed.add(child);
}

function setLine(at: Folder, name: string, side: Side | null): void {
  const known = at.modes.get(name);
  if (known !== undefined && known !== side?.mode) removeLine(at, name, known);
  if (side === null) return;
  const key = keyOf(name, side.mode);
  const isAscii = Buffer.byteLength(key) === key.length;
  const index = place(at, key, isAscii);
  if (known === side.mode) {
    at.bytes.write(side.id, offset(at, index) + (at.lines[index]?.size ?? 0) - side.id.length / 2, 'hex');
    return;
  }
  const head = `${side.mode} ${name}\0`;
  const headSize = Buffer.byteLength(head);
  const size = headSize + side.id.length / 2;
  const from = open(at, index, size);
  at.bytes.write(head, from, 'utf8');
  at.bytes.write(side.id, from + headSize, 'hex');
  at.lines.splice(index, 0, { key, isAscii, size, mode: side.mode });
  at.modes.set(name, side.mode);
}

function removeLine(at: Folder, name: string, mode: string): void {
  const key = keyOf(name, mode);
  const index = place(at, key, Buffer.byteLength(key) === key.length);
  const size = at.lines[index]?.size ?? 0;
  const from = offset(at, index);
  at.bytes.copyWithin(from, from + size, at.used);
  at.used -= size;
  at.lines.splice(index, 1);
  at.modes.delete(name);
}

/** Makes room for a line of that size, and gives the place of its first byte. */
function open(at: Folder, index: number, size: number): number {
  const from = offset(at, index);
  if (at.used + size > at.bytes.length) {
    const grown = Buffer.allocUnsafe((at.used + size) * 2);
    at.bytes.copy(grown, 0, 0, at.used);
    at.bytes = grown;
  }
  if (from < at.used) at.bytes.copyWithin(from + size, from, at.used);
  at.used += size;
  return from;
}

/** Where a line begins, counted from the end: most are put there. */
function offset(at: Folder, index: number): number {
  let from = at.used;
  for (let line = at.lines.length - 1; line >= index; line -= 1) from -= at.lines[line]?.size ?? 0;
  return from;
}

function keyOf(name: string, mode: string): string {
  return mode === FOLDER ? `${name}/` : name;
}

/** Where a line of this key stands or belongs: in the order of bytes. */
function place({ lines }: Folder, key: string, isAscii: boolean): number {
  const isBefore = (line: Line): boolean => (isAscii && line.isAscii ? line.key < key : Buffer.compare(Buffer.from(line.key), Buffer.from(key)) < 0);
  const last = lines.at(-1);
  if (last === undefined || isBefore(last)) return lines.length;
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = lines[middle];
    if (line !== undefined && isBefore(line)) low = middle + 1;
    else high = middle;
  }
  return low;
}
