import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants as zlib, inflate, inflateSync } from 'node:zlib';
import type { GitObject, Oid } from '../../ports/git-store.ts';
import { MAX_HEADER_BYTES, objectType, parseHeader } from './encode.ts';
import type { Header, ObjectFormat } from './encode.ts';
import { errno, GitError, ioError } from './errors.ts';
import { loosePath } from './write.ts';

const readAside = promisify(read);
const inflateAside = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);
/** Compressed bytes that surely hold the header: zlib's own, a dynamic Huffman table, and 28 bytes of text. */
const HEAD_BYTES = 512;
/** Up to here an object is read and inflated at once: that takes less time than to hand it to the thread pool. */
const AT_ONCE_BYTES = 64 * 1024;

/**
 * A loose object straight from its file; null when there is no such file. The size in a larger one's header is checked before the rest is inflated or even read, and the content against the id.
 * Throws GIT_TOO_LARGE over `cap` bytes; GIT_OBJECT_BROKEN for an empty, truncated or altered file; GIT_IO.
 */
export async function readLoose(objectsDir: string, format: ObjectFormat, id: Oid, cap: number): Promise<GitObject | null> {
  const path = loosePath(objectsDir, id);
  const fd = openLoose(path);
  if (fd === null) return null;
  try {
    const size = fstatSync(fd).size;
    const head = readHead(fd, size);
    const small = head.length === size ? inflateSmall(head) : null;
    const header = small === null ? headerOf(head) : parseHeader(small);
    if (header === null) throw broken(id, path, size === 0 ? 'is empty' : 'has no object header');
    const type = objectType(id, header.type);
    if (header.size > cap) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${type} ${id} has ${String(header.size)} bytes, over the limit of ${String(cap)}` });
    const whole = small ?? (await inflateWhole(Buffer.concat([head, await readRange(fd, head.length, size - head.length)]), header));
    if (whole?.length !== header.length + header.size || hash(format, whole, 'hex') !== id) throw broken(id, path, 'does not have the content its id stands for');
    return { type, bytes: new Uint8Array(whole.buffer, whole.byteOffset + header.length, header.size) };
  } catch (error) {
    throw ioError(`read ${path}`, error);
  } finally {
    closeSync(fd);
  }
}

function broken(id: Oid, path: string, what: string): GitError {
  return new GitError({
    code: 'GIT_OBJECT_BROKEN',
    message: `the object file ${path} ${what}`,
    fix: `run \`git fsck --full\`; if another clone has ${id}, remove the file and fetch from it; do not append before that`,
  });
}

function openLoose(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errno(error) === 'ENOENT') return null;
    throw ioError(`open ${path}`, error);
  }
}

/** The beginning of a file, all of it when it is small. */
function readHead(fd: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(size, AT_ONCE_BYTES));
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
}

async function readRange(fd: number, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await readAside(fd, bytes, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** All bytes, header included; null when they are damaged, or many. */
function inflateSmall(packed: Uint8Array): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: AT_ONCE_BYTES });
  } catch (error) {
    if (isDamaged(error)) return null;
    throw error;
  }
}

/** Inflates just enough to see the header. */
function headerOf(packed: Uint8Array): Header | null {
  try {
    return parseHeader(inflateSync(packed.subarray(0, HEAD_BYTES), { finishFlush: zlib.Z_SYNC_FLUSH }).subarray(0, MAX_HEADER_BYTES));
  } catch (error) {
    if (isDamaged(error)) return null;
    throw error;
  }
}

/** All bytes, header included; null when they are damaged or more than the header says. */
async function inflateWhole(packed: Uint8Array, header: Header): Promise<Buffer | null> {
  try {
    return await inflateAside(packed, { maxOutputLength: header.length + header.size + 1 });
  } catch (error) {
    if (isDamaged(error)) return null;
    throw error;
  }
}

/** Whether zlib could not read it, or it gave more than was allowed. */
export function isDamaged(error: unknown): boolean {
  const code = errno(error);
  return code !== undefined && (code === 'ERR_BUFFER_TOO_LARGE' || /^Z_[A-Z_]+$/.test(code));
}
