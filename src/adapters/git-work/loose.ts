import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';
import type { ObjectType, Oid } from '../../ports/git-store.ts';
import type { Random } from '../../ports/random.ts';
import { writeWhole } from '../git-store/durable.ts';
import { errno } from '../git-store/errors.ts';
import { hashed } from './oid.ts';
import type { HashFormat } from './oid.ts';

export interface QuarantineObjects {
  /** The quarantine's `objects` folder. */
  readonly objects: string;
  readonly format: HashFormat;
  readonly random: Pick<Random, 'hex'>;
}

/** Above this, compressing would hold up the event loop: it goes to the thread pool. */
const COMPRESS_ASIDE_BYTES = 64 * 1024;
const FAST = { level: 1 } as const;
const deflateAside = promisify<Uint8Array, { level: number }, Buffer>(deflate);

/**
 * Writes one loose object into the quarantine and returns its id. Not durable, since all of the quarantine can be made again; but a file
 * that is there already is replaced by the same bytes, so one that a power cut left empty is mended by doing the work again.
 */
export async function writeQuarantined(target: QuarantineObjects, type: ObjectType, bytes: Uint8Array): Promise<Oid> {
  const { id, header } = hashed(target.format, type, bytes);
  const whole = Buffer.concat([header, bytes]);
  const packed = whole.length > COMPRESS_ASIDE_BYTES ? await deflateAside(whole, FAST) : deflateSync(whole, FAST);
  const folder = join(target.objects, id.slice(0, 2));
  const temporary = join(folder, `tmp_obj_${target.random.hex(8)}`);
  const fd = create(folder, temporary);
  try {
    try {
      writeWhole(fd, packed);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, join(folder, id.slice(2)));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return id;
}

function create(folder: string, path: string): number {
  try {
    return openSync(path, 'wx', 0o444);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true });
    return openSync(path, 'wx', 0o444);
  }
}
