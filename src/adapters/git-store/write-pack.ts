import { closeSync, renameSync } from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ObjectType, Oid } from '../../ports/git-store.ts';
import type { Random } from '../../ports/random.ts';
import { compress } from './compress.ts';
import { flush, flushFolders, settleAll } from './durable.ts';
import type { Encoded, ObjectFormat } from './encode.ts';
import { removeTemp, writeTemp } from './temp-file.ts';
import type { TempFile } from './temp-file.ts';

/** An object's place in a pack, as the index tells it. */
interface Placed {
  readonly id: Oid;
  readonly offset: number;
  readonly crc: number;
}

const TYPE_CODE: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };
/** Offsets above 2 GiB would need another table in the index. */
export const MAX_PACK_BYTES = 2 ** 30;

/**
 * Writes objects as one pack without deltas: both files first, then their fsyncs at once, then the renames, the index last since git looks for that,
 * then the folder's fsync. A kill at any point leaves `tmp_*` files, which `git gc` removes, a pack that nobody sees yet, or a whole one.
 */
export async function writePack(options: { readonly objectsDir: string; readonly format: ObjectFormat; readonly random: Pick<Random, 'hex'> }, objects: readonly Encoded[]): Promise<void> {
  const { objectsDir, format, random } = options;
  const { pack, checksum, placed } = await packOf(objects, format);
  const folder = join(objectsDir, 'pack');
  const files = [{ kind: 'pack', bytes: pack }, { kind: 'idx', bytes: indexOf(placed, checksum, format) }] as const;
  const made: TempFile[] = [];
  try {
    for (const { kind, bytes } of files) made.push(writeTemp(objectsDir, folder, join(folder, `tmp_${kind}_${random.hex(8)}`), bytes));
    await settleAll(made.map(({ fd, path }) => flush(fd, path)));
    for (const [at, { path }] of made.entries()) renameSync(path, join(folder, `pack-${checksum.toString('hex')}.${files[at]?.kind ?? ''}`));
  } catch (error) {
    for (const { path } of made) removeTemp(path);
    throw error;
  } finally {
    for (const { fd } of made) closeSync(fd);
  }
  await flushFolders([folder]);
}

async function packOf(objects: readonly Encoded[], format: ObjectFormat): Promise<{ readonly pack: Buffer; readonly checksum: Buffer; readonly placed: readonly Placed[] }> {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(objects.length, 8);
  const parts: Uint8Array[] = [head];
  const placed: Placed[] = [];
  let offset = head.length;
  const packed = await Promise.all(objects.map(async ({ id, type, bytes, contentAt }) => {
    const content = await compress(bytes.subarray(contentAt));
    return { id, part: Buffer.concat([entryHeader(TYPE_CODE[type], bytes.length - contentAt), content]) };
  }));
  for (const { id, part } of packed) {
    placed.push({ id, offset, crc: crc32(part) });
    parts.push(part);
    offset += part.length;
  }
  const body = Buffer.concat(parts);
  const checksum = hash(format, body, 'buffer');
  return { pack: Buffer.concat([body, checksum]), checksum, placed };
}

/** An object's type and size: four bits of the size beside the type, then seven a byte, the least first. */
function entryHeader(type: number, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (type << 4) | (size & 15);
  for (let left = size >>> 4; left > 0; left >>>= 7) {
    bytes.push(byte | 0x80);
    byte = left & 0x7f;
  }
  return Buffer.from([...bytes, byte]);
}

/** Version 2: how many ids begin with at most each byte, the ids in order, their CRCs and offsets, the pack's checksum, and its own. */
function indexOf(placed: readonly Placed[], checksum: Buffer, format: ObjectFormat): Buffer {
  const sorted = placed.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const upTo: number[] = [];
  for (let byte = 0, at = 0; byte < 256; byte += 1) {
    const next = (byte + 1).toString(16).padStart(2, '0');
    while (at < sorted.length && (byte === 255 || (sorted[at]?.id ?? '') < next)) at += 1;
    upTo.push(at);
  }
  const body = Buffer.concat([
    Buffer.from('\xfftOc\0\0\0\x02', 'latin1'),
    bigEndian(upTo),
    Buffer.from(sorted.map(({ id }) => id).join(''), 'hex'),
    bigEndian(sorted.map(({ crc }) => crc)),
    bigEndian(sorted.map(({ offset }) => offset)),
    checksum,
  ]);
  return Buffer.concat([body, hash(format, body, 'buffer')]);
}

function bigEndian(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4);
  let at = 0;
  for (const number of numbers) at = bytes.writeUInt32BE(number, at);
  return bytes;
}
