import { chmodSync, closeSync, constants, fstatSync, futimesSync, mkdirSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';
import type { GitObject, Oid } from '../../ports/git-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { flush, flushFolders, settleAll, writeWhole } from './durable.ts';
import { encodeObject } from './encode.ts';
import type { Encoded, ObjectFormat } from './encode.ts';
import { errno, ioError } from './errors.ts';

export interface WriterOptions {
  /** The repository's `objects` folder. */
  readonly objectsDir: string;
  readonly format: ObjectFormat;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'hex'>;
}

/** A loose object's file, open and not yet durable. `temp` is set when it still has to be renamed to `path`. */
interface Pending {
  readonly fd: number;
  readonly path: string;
  readonly temp: string | null;
}

/** Above this, compressing would hold up the event loop: it goes to the thread pool. */
const COMPRESS_ASIDE_BYTES = 64 * 1024;
const COMPRESSION = { level: 1 } as const;
const deflateAside = promisify<Uint8Array, { level: number }, Buffer>(deflate);

/**
 * Writes objects as loose files: every temporary file first, then all fsyncs at once, then the renames, then the folders' fsyncs at once.
 * A kill at any point leaves whole objects and, at worst, `tmp_obj_*` files, which `git gc` removes.
 * An object that has a loose file already is freshened, so that a prune spares it, and made durable too: another writer may not have got that far.
 */
export async function writeLoose(options: WriterOptions, objects: readonly GitObject[]): Promise<readonly Oid[]> {
  const encoded = objects.map((object) => encodeObject(object, options.format));
  const unique = [...new Map(encoded.map((one) => [one.id, one])).values()];
  const pending: Pending[] = [];
  try {
    for (const one of unique) pending.push(freshen(options, one.id) ?? writeTemp(options, one.id, await compress(one)));
    await settleAll(pending.map(({ fd, temp, path }) => flush(fd, temp ?? path)));
    for (const one of pending) if (one.temp !== null) renameSync(one.temp, one.path);
  } catch (error) {
    for (const one of pending) removeTemp(one.temp);
    throw ioError('write objects', error);
  } finally {
    for (const one of pending) closeSync(one.fd);
  }
  // The objects folder itself too: a fan-out folder may have been made by us, or by another who has not fsynced it yet.
  await flushFolders([options.objectsDir, ...unique.map((one) => fanOut(options.objectsDir, one.id))]);
  return encoded.map((one) => one.id);
}

/** The path of an object's loose file. */
export function loosePath(objectsDir: string, id: Oid): string {
  return join(fanOut(objectsDir, id), id.slice(2));
}

function fanOut(objectsDir: string, id: Oid): string {
  return join(objectsDir, id.slice(0, 2));
}

async function compress(object: Encoded): Promise<Uint8Array> {
  return object.bytes.length > COMPRESS_ASIDE_BYTES ? await deflateAside(object.bytes, COMPRESSION) : deflateSync(object.bytes, COMPRESSION);
}

/** Opens and touches an existing loose object. Null when there is none, when it is empty (it is written again), or when it is not ours to touch. */
function freshen(options: WriterOptions, id: Oid): Pending | null {
  const path = loosePath(options.objectsDir, id);
  let fd: number | null = null;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if (fstatSync(fd).size > 0) {
      const seconds = options.clock.now() / 1000;
      futimesSync(fd, seconds, seconds);
      return { fd, path, temp: null };
    }
  } catch (error) {
    const code = errno(error);
    if (code !== 'ENOENT' && code !== 'EPERM' && code !== 'EACCES' && code !== 'ELOOP') {
      if (fd !== null) closeSync(fd);
      throw error;
    }
  }
  if (fd !== null) closeSync(fd);
  return null;
}

function writeTemp(options: WriterOptions, id: Oid, bytes: Uint8Array): Pending {
  const temp = join(fanOut(options.objectsDir, id), `tmp_obj_${options.random.hex(8)}`);
  const fd = createIn(options.objectsDir, fanOut(options.objectsDir, id), temp);
  try {
    writeWhole(fd, bytes);
  } catch (error) {
    closeSync(fd);
    removeTemp(temp);
    throw error;
  }
  return { fd, path: loosePath(options.objectsDir, id), temp };
}

/** Creates a file, and its fan-out folder when that is missing; git removes empty ones at any time, so more than one try can be needed. */
function createIn(objectsDir: string, folder: string, path: string): number {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o444);
    } catch (error) {
      if (errno(error) !== 'ENOENT' || attempt > 20) throw error;
    }
    try {
      mkdirSync(folder);
      // Shared repositories give their folders group rights; a new one gets what the objects folder has.
      chmodSync(folder, statSync(objectsDir).mode & 0o7777);
    } catch (error) {
      // Made by another meanwhile, or removed again already: the next try tells.
      if (errno(error) !== 'EEXIST' && errno(error) !== 'ENOENT') throw error;
    }
  }
}

function removeTemp(path: string | null): void {
  if (path === null) return;
  try {
    unlinkSync(path);
  } catch (error) {
    // Renamed already, or the disk is failing and the error that brought us here tells more; git removes tmp_obj_* later.
    if (errno(error) === undefined) throw error;
  }
}
