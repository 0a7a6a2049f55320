import { createHash, hash } from 'node:crypto';
import type { GitObject, Oid, ObjectType } from '../../ports/git-store.ts';
import { GitError } from './errors.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** An object as git stores it, before compression: `<type> <size>\0<bytes>`. */
export interface Encoded {
  readonly id: Oid;
  readonly type: ObjectType;
  readonly bytes: Uint8Array;
  /** Where the content begins in `bytes`. */
  readonly contentAt: number;
}

/** The stored bytes of an object and the id they give. */
export function encodeObject(object: GitObject, format: ObjectFormat): Encoded {
  const header = Buffer.from(`${object.type} ${String(object.bytes.length)}\0`, 'latin1');
  const bytes = Buffer.concat([header, object.bytes]);
  return { id: hash(format, bytes, 'hex'), type: object.type, bytes, contentAt: header.length };
}

/** From here on, to copy an object behind its header costs more than to hash it in two parts. */
const LONG = 4_096;

/** The longest header: a type of six letters, a space, a 20-digit size, NUL. */
export const MAX_HEADER_BYTES = 28;

/** Where a short object is put behind its header, one after the other. */
const BEHIND_HEADER = Buffer.alloc(MAX_HEADER_BYTES + LONG);

/** The id that an object has or would have. */
export function objectId({ type, bytes }: GitObject, format: ObjectFormat): Oid {
  const header = `${type} ${String(bytes.length)}\0`;
  if (bytes.length >= LONG) return createHash(format).update(header, 'latin1').update(bytes).digest('hex');
  BEHIND_HEADER.write(header, 'latin1');
  BEHIND_HEADER.set(bytes, header.length);
  return hash(format, BEHIND_HEADER.subarray(0, header.length + bytes.length), 'hex');
}

export interface Header {
  readonly type: string;
  /** Bytes of the content after the header. */
  readonly size: number;
  /** Bytes of the header itself, NUL included. */
  readonly length: number;
}

/** Reads `<type> <size>\0`, or null if the bytes do not begin so. */
export function parseHeader(bytes: Uint8Array): Header | null {
  const text = Buffer.from(bytes.subarray(0, MAX_HEADER_BYTES)).toString('latin1');
  const found = /^([a-z]{3,6}) (0|[1-9]\d{0,15})\0/.exec(text);
  if (found === null) return null;
  return { type: found[1] ?? '', size: Number(found[2]), length: found[0].length };
}

/** Narrows a type's name; any other is refused with GIT_OBJECT_ID. */
export function objectType(id: Oid, type: string): ObjectType {
  if (type === 'blob' || type === 'tree' || type === 'commit' || type === 'tag') return type;
  throw new GitError({ code: 'GIT_OBJECT_ID', message: `${id} is a ${type}; a blob, tree, commit or tag was expected` });
}

/** Throws GIT_OBJECT_ID unless `id` is a full lower-case id of the format. */
export function checkId(id: Oid, format: ObjectFormat): void {
  if (id.length === (format === 'sha1' ? 40 : 64) && /^[0-9a-f]+$/.test(id)) return;
  throw new GitError({ code: 'GIT_OBJECT_ID', message: `${JSON.stringify(id.slice(0, 80))} is not a full ${format} id` });
}

/** The id that stands for "absent" in git's commands. */
export function zeroId(format: ObjectFormat): Oid {
  return '0'.repeat(format === 'sha1' ? 40 : 64);
}
