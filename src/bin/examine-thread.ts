import { hasRoom, inThread } from '../adapters/threads/thread.ts';
import type { Examine, Examined } from '../app/operations/verify-files.ts';

/** What the thread is given: texts, which cost less to hand over than as many objects. No path holds a NUL. */
export interface Examining {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly paths: string;
  readonly ids: string;
}

/** `examine` in a thread beside this one; undefined where there is no core for it. */
export function examineBeside(folder: string, env: Examining['env']): Examine | undefined {
  if (!hasRoom()) return undefined;
  // The same from src/bin and from where the bundler put this module.
  const module = new URL(`../bin/examine${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  return async (files) => {
    const given: Examining = { folder, env, paths: files.map((leaf) => leaf.path).join('\0'), ids: files.map((leaf) => leaf.id).join('\0') };
    return (await inThread(module, given)) as Examined;
  };
}
