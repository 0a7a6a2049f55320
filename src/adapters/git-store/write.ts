import { closeSync, constants, fstatSync, futimesSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { GitObject, Oid } from '../../ports/git-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { compress } from './compress.ts';
import { flush, flushFolders, settleAll } from './durable.ts';
import { encodeObject } from './encode.ts';
import type { Encoded, ObjectFormat } from './encode.ts';
import { errno, ioError } from './errors.ts';
import { removeTemp, writeTemp } from './temp-file.ts';
import { MAX_PACK_BYTES, writePack } from './write-pack.ts';

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

/**
 * More objects than this go into one pack: two files to create and fsync instead of one an object (70 of them: 7 ms instead of 40). A pack for every few would in the end
 * cost more than it saves: each is one more place to look for an object.
 */
const MAX_LOOSE = 40;

/** Writes objects, loose or as one pack, and resolves when they are durable. Returns their ids in the order given. */
export async function writeObjects(options: WriterOptions, objects: readonly GitObject[]): Promise<readonly Oid[]> {
  const encoded = objects.map((object) => encodeObject(object, options.format));
  const unique = [...new Map(encoded.map((one) => [one.id, one])).values()];
  const size = unique.reduce((sum, { bytes }) => sum + bytes.length, 0);
  try {
    await (unique.length > MAX_LOOSE && size <= MAX_PACK_BYTES ? writePack(options, unique) : writeLoose(options, unique));
  } catch (error) {
    throw ioError('write objects', error);
  }
  return encoded.map((one) => one.id);
}

/**
 * Writes objects as loose files: the fsync of one goes on while the next is made, then come the renames, then the folders' fsyncs at once.
 * A kill at any point leaves whole objects and, at worst, `tmp_obj_*` files, which `git gc` removes.
 * An object that has a loose file already is freshened, so that a prune spares it, and made durable too: another writer may not have got that far.
 */
async function writeLoose(options: WriterOptions, objects: readonly Encoded[]): Promise<void> {
  const compressed = await Promise.all(objects.map((one) => compress(one.bytes)));
  const pending: Pending[] = [];
  const flushing: Promise<void>[] = [];
  try {
    try {
      for (const [at, bytes] of compressed.entries()) {
        const id = objects[at]?.id ?? '';
        const one = freshen(options, id) ?? writeNew(options, id, bytes);
        pending.push(one);
        flushing.push(flush(one.fd, one.temp ?? one.path));
      }
    } finally {
      await settleAll(flushing);
    }
    for (const one of pending) if (one.temp !== null) renameSync(one.temp, one.path);
  } catch (error) {
    for (const one of pending) if (one.temp !== null) removeTemp(one.temp);
    throw error;
  } finally {
    for (const one of pending) closeSync(one.fd);
  }
  // The objects folder itself too: a fan-out folder may have been made by us, or by another who has not fsynced it yet.
  await flushFolders([options.objectsDir, ...objects.map((one) => fanOut(options.objectsDir, one.id))]);
}

/** The path of an object's loose file. */
export function loosePath(objectsDir: string, id: Oid): string {
  return join(fanOut(objectsDir, id), id.slice(2));
}

function fanOut(objectsDir: string, id: Oid): string {
  return join(objectsDir, id.slice(0, 2));
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

function writeNew(options: WriterOptions, id: Oid, bytes: Uint8Array): Pending {
  const folder = fanOut(options.objectsDir, id);
  const temp = writeTemp(options.objectsDir, folder, join(folder, `tmp_obj_${options.random.hex(8)}`), bytes);
  return { fd: temp.fd, path: loosePath(options.objectsDir, id), temp: temp.path };
}
