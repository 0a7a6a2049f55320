import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Oid } from '../../ports/git-store.ts';
import type { ImportResult } from '../../ports/git-work.ts';
import { errno } from '../git-store/errors.ts';
import type { Context } from './context.ts';
import { isFullId } from './oid.ts';
import { gitOn, gitPipe } from './stream.ts';
import type { Part, Streamed } from './stream.ts';

/**
 * The largest single allocation of a git that unpacks what a worker made: a few KiB of deltas can stand for gigabytes.
 * Plain blobs above `core.bigFileThreshold` are hashed in pieces and need no such room.
 */
const ALLOC_LIMIT = '640m';

/** Streams a pack that a worker's side wrote into the quarantine. Nothing of it is visible there before all of it is checked. */
export async function importPack(context: Context, packFile: string, maxBytes: number): Promise<ImportResult> {
  const opened = await openPack(packFile);
  if (typeof opened === 'string') return { kind: 'refused', code: 'IMPORT_ABSENT', message: opened };
  try {
    const { size } = await opened.stat();
    if (size > maxBytes) return tooLarge(maxBytes);
    const source: Readable = opened.createReadStream({ autoClose: false });
    return await inIncoming(context, maxBytes, async (part) => judged(await gitOn(part, source), maxBytes));
  } finally {
    await opened.close();
  }
}

/** The same for a commit whose objects stand in the shared store: a person may have made it with any git and any content. */
export async function importCommit(context: Context, tip: Oid, start: Oid | null, maxBytes: number): Promise<ImportResult> {
  for (const id of [tip, start]) {
    const known = id === null || (isFullId(context.format, id) && (await context.reader.info(id))?.type === 'commit');
    if (!known) return { kind: 'refused', code: 'IMPORT_ABSENT', message: `there is no commit ${JSON.stringify(id)}` };
  }
  if (tip === start) return { kind: 'imported' };
  const stdin = start === null ? `${tip}\n` : `${tip}\n^${start}\n`;
  // Packed from the quarantine, not from the shared repository: it sees the same objects and none of that one's configuration.
  const first = { repo: context.quarantine, args: ['pack-objects', '--revs', '--stdout', '--thin', '--delta-base-offset', '-q'], stdin };
  return inIncoming(context, maxBytes, async (part) => {
    const piped = await gitPipe(first, part);
    return piped.kind === 'both' ? judged(piped.last, maxBytes) : broken(piped.error.message);
  });
}

async function openPack(path: string): Promise<Awaited<ReturnType<typeof open>> | string> {
  try {
    // O_NONBLOCK: a FIFO put in the pack's place must not hold us.
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return `${path} is not a regular file`;
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO' || code === 'ENOTDIR') return `${path} could not be opened: ${code}`;
    throw error;
  }
}

/** Runs the import in an object folder of its own, and moves the packs over only when it went well. */
async function inIncoming(context: Context, maxBytes: number, run: (part: Part) => Promise<ImportResult>): Promise<ImportResult> {
  const objects = join(context.quarantine.gitDir, 'objects');
  const incoming = join(context.quarantine.gitDir, 'incoming', context.random.hex(8));
  await mkdir(join(incoming, 'pack'), { recursive: true });
  try {
    const result = await run({
      repo: context.quarantine,
      args: ['index-pack', '--stdin', '--fix-thin', '--strict', `--max-input-size=${String(maxBytes)}`],
      env: { GIT_OBJECT_DIRECTORY: incoming, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects, GIT_ALLOC_LIMIT: ALLOC_LIMIT },
    });
    if (result.kind === 'imported') await takeOver(join(incoming, 'pack'), join(objects, 'pack'));
    return result;
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
}

/** The index goes last: git sees a pack by its index. */
async function takeOver(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => name.startsWith('pack-'));
  const last = (name: string): number => (name.endsWith('.idx') ? 1 : 0);
  for (const name of names.toSorted((one, other) => last(one) - last(other))) await rename(join(from, name), join(to, name));
}

function judged(streamed: Streamed, maxBytes: number): ImportResult {
  if (streamed.end.exit === 0) return { kind: 'imported' };
  if (streamed.stderr.includes('pack exceeds maximum allowed size')) return tooLarge(maxBytes);
  if (streamed.stderr.includes('attempting to allocate')) return { kind: 'refused', code: 'IMPORT_TOO_LARGE', message: 'an object unpacks to more than 640 MiB' };
  return broken(streamed.stderr);
}

function tooLarge(maxBytes: number): ImportResult {
  return { kind: 'refused', code: 'IMPORT_TOO_LARGE', message: `the pack is larger than ${String(maxBytes)} bytes` };
}

function broken(detail: string): ImportResult {
  return { kind: 'refused', code: 'IMPORT_BROKEN', message: detail.split('\n').filter((line) => line !== '' && !line.startsWith('hint:')).slice(0, 4).join('\n') };
}
