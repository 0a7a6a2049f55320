import { createHash } from 'node:crypto';
import type { ObjectType, Oid } from '../../ports/git-store.ts';
import { GitWorkError } from './errors.ts';

export type HashFormat = 'sha1' | 'sha256';

const FULL_ID: Readonly<Record<HashFormat, RegExp>> = { sha1: /^[0-9a-f]{40}$/, sha256: /^[0-9a-f]{64}$/ };

/** Bytes of an id in a tree object. */
export function idBytes(format: HashFormat): 20 | 32 {
  return format === 'sha1' ? 20 : 32;
}

export function isFullId(format: HashFormat, text: string): boolean {
  return FULL_ID[format].test(text);
}

/** The id itself, or WORK_NAME_REFUSED: only full ids ever reach a git command, so that no name, option or expression can. */
export function fullId(format: HashFormat, text: string): Oid {
  if (!isFullId(format, text)) throw new GitWorkError('WORK_NAME_REFUSED', `not a full ${format} object id: ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}

/** An object as git hashes it: its header, and its id. */
export function hashed(format: HashFormat, type: ObjectType, bytes: Uint8Array): { readonly id: Oid; readonly header: Uint8Array } {
  const header = Buffer.from(`${type} ${String(bytes.length)}\0`, 'latin1');
  return { id: createHash(format).update(header).update(bytes).digest('hex'), header };
}

/** The id of the tree without entries; git knows it without it being stored. */
export function emptyTree(format: HashFormat): Oid {
  return hashed(format, 'tree', new Uint8Array(0)).id;
}
