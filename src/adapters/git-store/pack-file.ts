import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import type { GitObject, ObjectType, Oid } from '../../ports/git-store.ts';
import { applyDelta, varint } from './delta.ts';
import type { ObjectFormat } from './encode.ts';
import { FilePages } from './file-pages.ts';
import { isDamaged } from './inflate.ts';
import { PackIndex } from './pack-index.ts';

/** Objects by the number that a pack gives their type. */
const WHOLE: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const DELTA_OF_OFFSET = 6;
const DELTA_OF_ID = 7;
/** A larger index is left to git, which maps it. */
const MAX_INDEX_BYTES = 128 * 1024 * 1024;
/** Git itself makes chains of 50. */
const MAX_DEPTH = 250;
/** What the parts of one object may come to. */
const MAX_PARTS_BYTES = 64 * 1024 * 1024;
/** Bases that are kept: the next objects are most often of the same. */
const BASES_BYTES = 32 * 1024 * 1024;

interface PackedObject {
  readonly type: ObjectType;
  readonly bytes: Buffer;
}

/** What stands at one place of a pack. */
interface Part {
  /** Of what it is a delta, or what it is. */
  readonly of: number | ObjectType;
  readonly bytes: Buffer;
}

/**
 * Objects out of one pack (gitformat-pack, version 2), read here: no child, no pipe. It knows the plain case alone; whatever is odd, absent or damaged is
 * undefined, and for git to give or to blame.
 */
export class PackFile {
  readonly #fd: number;
  readonly #index: PackIndex;
  readonly #pages: FilePages;
  /** By their place, the oldest first. */
  readonly #bases = new Map<number, PackedObject>();
  #held = 0;

  private constructor(fd: number, index: PackIndex) {
    this.#fd = fd;
    this.#pages = new FilePages(fd);
    this.#index = index;
  }

  /** Opens the pack of an `.idx`; undefined when the two are no pair, or either is not there. */
  static open(indexPath: string, format: ObjectFormat): PackFile | undefined {
    const index = readIndex(indexPath, format === 'sha1' ? 20 : 32);
    const fd = index === undefined ? undefined : orUndefined(() => openSync(indexPath.replace(/idx$/, 'pack'), constants.O_RDONLY | constants.O_NONBLOCK));
    if (index === undefined || fd === undefined) return undefined;
    if (orUndefined(() => isPackOf(fd, index)) === true) return new PackFile(fd, index);
    closeSync(fd);
    return undefined;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Where an object begins, for `at`. */
  find(id: Oid): number | undefined {
    return this.#index.find(id);
  }

  at(place: number, cap: number): GitObject | undefined {
    try {
      return this.#resolve(place, cap);
    } catch (error) {
      if (isDamaged(error) || isIo(error)) return undefined;
      throw error;
    }
  }

  #resolve(place: number, cap: number): PackedObject | undefined {
    const deltas: { readonly base: number; readonly bytes: Buffer }[] = [];
    let object: PackedObject | undefined;
    let left = MAX_PARTS_BYTES;
    for (let at = place; object === undefined; ) {
      const part: Part | undefined = this.#kept(at) ?? this.#part(at, left);
      if (part === undefined || deltas.length > MAX_DEPTH) return undefined;
      left -= part.bytes.length;
      if (typeof part.of === 'string') object = { type: part.of, bytes: part.bytes };
      else deltas.push({ base: (at = part.of), bytes: part.bytes });
    }
    for (let delta = deltas.pop(); delta !== undefined; delta = deltas.pop()) {
      this.#keep(delta.base, object);
      const bytes = applyDelta(object.bytes, delta.bytes, MAX_PARTS_BYTES);
      if (bytes === undefined) return undefined;
      object = { type: object.type, bytes };
    }
    return object.bytes.length > cap ? undefined : object;
  }

  #kept(at: number): Part | undefined {
    const base = this.#bases.get(at);
    return base === undefined ? undefined : { of: base.type, bytes: base.bytes };
  }

  #keep(at: number, object: PackedObject): void {
    if (this.#bases.has(at)) return;
    this.#bases.set(at, object);
    this.#held += object.bytes.length;
    for (const [oldest, { bytes }] of this.#bases) {
      if (this.#held <= BASES_BYTES) break;
      this.#bases.delete(oldest);
      this.#held -= bytes.length;
    }
  }

  /** The inflated part at a place, of at most `cap` bytes. */
  #part(place: number, cap: number): Part | undefined {
    const first = this.#pages.from(place);
    const head = headOf(first, place, (id) => this.#index.find(id), this.#index.width);
    if (head === undefined || !(head.size <= cap)) return undefined;
    // No more than this can be zlib's (compressBound), so that what is read holds all of it.
    const most = head.length + head.size + (head.size >> 10) + 64;
    const packed = most <= first.length ? first : this.#read(place, most);
    const bytes = inflateSync(packed.subarray(head.length), { chunkSize: Math.max(64, head.size + 1), maxOutputLength: head.size + 1 });
    return bytes.length === head.size ? { of: head.of, bytes } : undefined;
  }

  #read(place: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, place));
  }
}

/** The header of a part: type, size of what is inflated, name of the base. */
function headOf(bytes: Buffer, place: number, find: (id: Oid) => number | undefined, width: number): { readonly of: number | ObjectType; readonly size: number; readonly length: number } | undefined {
  const byte = bytes[0] ?? 0;
  const type = (byte >> 4) & 7;
  const more = byte < 128 ? { value: 0, next: 1 } : varint(bytes, 1);
  const size = (byte & 15) + more.value * 16;
  const whole = WHOLE[type];
  if (whole !== undefined) return { of: whole, size, length: more.next };
  if (type === DELTA_OF_ID) {
    const base = find(bytes.toString('hex', more.next, more.next + width));
    return base === undefined ? undefined : { of: base, size, length: more.next + width };
  }
  if (type !== DELTA_OF_OFFSET) return undefined;
  // The offset encoding: the highest group first, each that goes on one more than it says.
  let at = more.next;
  let back = (bytes[at] ?? 0) & 0x7f;
  while ((bytes[at] ?? 0) >= 128) {
    at += 1;
    back = (back + 1) * 128 + ((bytes[at] ?? 0) & 0x7f);
  }
  return back > 0 && back < place ? { of: place - back, size, length: at + 1 } : undefined;
}

function readIndex(path: string, width: number): PackIndex | undefined {
  return orUndefined(() => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { size } = fstatSync(fd);
      return size > MAX_INDEX_BYTES ? undefined : PackIndex.of(readFileSync(fd), width);
    } finally {
      closeSync(fd);
    }
  });
}

function isPackOf(fd: number, index: PackIndex): boolean {
  const { size } = fstatSync(fd);
  const head = Buffer.alloc(8);
  const end = Buffer.alloc(index.width);
  readSync(fd, head, 0, head.length, 0);
  readSync(fd, end, 0, end.length, Math.max(0, size - end.length));
  return head.equals(HEAD) && end.equals(index.pack);
}

const HEAD = Buffer.from('PACK\0\0\0\u0002', 'latin1');

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isIo(error)) return undefined;
    throw error;
  }
}

/** Whether the system said it. */
function isIo(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
