import { hasRoom, inThread } from '../adapters/threads/thread.ts';
import { FILES_AT_ONCE } from '../app/verify/files.ts';
import type { ExaminedFile, Helper, Piece } from '../app/verify/files.ts';
import { Pile } from '../app/verify/pile.ts';

/** What the thread is given: texts, which cost less to hand over than as many objects. No path holds a NUL. */
export interface Examining {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly paths: string;
  readonly ids: string;
  /** The pile's, in shared memory. */
  readonly counter: Int32Array;
}

/** `examine` in a thread beside this one; undefined where there is no core for it. */
export function examineBeside(folder: string, env: Examining['env'], files: readonly ExaminedFile[]): Helper | undefined {
  if (!hasRoom()) return undefined;
  // The same from src/bin and from where the bundler put this module.
  const module = new URL(`../bin/examine${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const counter = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const given: Examining = { folder, env, paths: files.map((leaf) => leaf.path).join('\0'), ids: files.map((leaf) => leaf.id).join('\0'), counter };
  return { pile: new Pile(files.length, FILES_AT_ONCE, counter), pieces: inThread(module, given) as Promise<readonly Piece[]> };
}
