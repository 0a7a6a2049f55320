import { closeSync, constants, linkSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Oid } from '../../../ports/git-store.ts';
import type { Owner } from '../../../ports/process.ts';
import { flush, flushFolders, writeWhole } from '../../git-store/durable.ts';
import { errno } from '../../git-store/errors.ts';
import { GitWorkError } from '../errors.ts';

/** One worktree's part in a move, as it is noted before anything is changed. */
export interface MoveNote {
  readonly branch: string;
  readonly before: Oid;
  readonly after: Oid;
  readonly gitDir: string;
  readonly worktree: string;
  readonly owner: Owner;
}

/** Files of one move in `.git/coo/follow`. The lock file is linked to `index.lock`, so the same inode is the proof that a lock is ours. */
export interface MoveFiles {
  readonly id: string;
  readonly note: string;
  readonly lock: string;
  readonly index: string;
}

export function followFolder(commonDir: string): string {
  return join(commonDir, 'coo', 'follow');
}

export function moveFiles(commonDir: string, id: string): MoveFiles {
  const base = join(followFolder(commonDir), id);
  return { id, note: `${base}.json`, lock: `${base}.lock`, index: `${base}.index` };
}

/** Ids of all moves that are noted. */
export function notedMoves(commonDir: string): readonly string[] {
  try {
    return readdirSync(followFolder(commonDir)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)).toSorted();
  } catch (error) {
    if (errno(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Writes a note; durable when it returns. It comes before everything else of a move, so that whatever a kill leaves is found. */
export async function writeNote(commonDir: string, files: MoveFiles, note: MoveNote): Promise<void> {
  const folder = followFolder(commonDir);
  mkdirSync(folder, { recursive: true });
  const temporary = `${files.note}.part`;
  const fd = openSync(temporary, 'wx', 0o644);
  try {
    writeWhole(fd, Buffer.from(`${JSON.stringify({ schema: 'coo/follow.v1', ...note })}\n`));
    await flush(fd, temporary);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, files.note);
  await flushFolders([folder]);
}

/** A note's content. Throws WORK_NOTE_BROKEN for what this version did not write. */
export function readNote(files: MoveFiles): MoveNote {
  const value = parsed(readFileSync(files.note, 'utf8'));
  const known = typeof value === 'object' && value !== null && 'schema' in value && value.schema === 'coo/follow.v1';
  if (!known) throw new GitWorkError('WORK_NOTE_BROKEN', `${files.note} was not written by this version of coo: upgrade, or look at it and remove it`);
  return value as unknown as MoveNote;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Takes `index.lock`, empty, as `open` with O_EXCL would. False when somebody else holds it. */
export function takeLock(files: MoveFiles, gitDir: string): boolean {
  closeSync(openSync(files.lock, 'a', 0o644));
  try {
    linkSync(files.lock, indexLock(gitDir));
    return true;
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error;
    return holdsLock(files, gitDir);
  }
}

/** Whether `index.lock` is there and is the one of this move. */
export function holdsLock(files: MoveFiles, gitDir: string): boolean {
  const [ours, theirs] = [files.lock, indexLock(gitDir)].map((path) => statSync(path, { throwIfNoEntry: false }));
  return ours !== undefined && theirs !== undefined && ours.ino === theirs.ino && ours.dev === theirs.dev;
}

/** Gives `index.lock` back if it is this move's; anyone else's stays. */
export function releaseLock(files: MoveFiles, gitDir: string): void {
  if (holdsLock(files, gitDir)) rmSync(indexLock(gitDir), { force: true });
}

/** Removes all traces of a move, the note last: without it nobody would look for the others. */
export async function dropMove(commonDir: string, files: MoveFiles, gitDir: string): Promise<void> {
  releaseLock(files, gitDir);
  for (const path of [files.index, `${files.index}.lock`, files.lock, files.note]) rmSync(path, { force: true });
  await flushFolders([followFolder(commonDir)]);
}

export function indexLock(gitDir: string): string {
  return join(gitDir, 'index.lock');
}

/** Puts a prepared index in the place of the worktree's own, durable. */
export async function putIndex(files: MoveFiles, gitDir: string): Promise<void> {
  const fd = openSync(files.index, constants.O_RDONLY);
  try {
    await flush(fd, files.index);
  } finally {
    closeSync(fd);
  }
  renameSync(files.index, join(gitDir, 'index'));
  await flushFolders([gitDir]);
}
