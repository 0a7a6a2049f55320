import { isUtf8 } from 'node:buffer';
import { FormatError } from './canonical.ts';

/** One line of a git tree. Modes as git writes them: no leading zero. */
export interface TreeItem {
  readonly name: string;
  readonly mode: '40000' | '100644' | '100755' | '120000' | '160000';
  /** Object id in hex. */
  readonly id: string;
}

export type HashFormat = 'sha1' | 'sha256';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const commitDecoder = new TextDecoder('utf-8');
const NO_NAMES: ReadonlySet<string> = new Set(['', '.', '..', '.git']);
const IDENTITY = 'coo <coo@localhost>';

/** Git's order of tree lines: bytes of the name, a folder as if its name ended in a slash. */
export function treeOrder(a: Pick<TreeItem, 'name'> & { readonly mode: string }, b: Pick<TreeItem, 'name'> & { readonly mode: string }): number {
  const left = a.mode === '40000' ? `${a.name}/` : a.name;
  const right = b.mode === '40000' ? `${b.name}/` : b.name;
  if (isAscii(left) && isAscii(right)) return left < right ? -1 : left > right ? 1 : 0;
  return Buffer.compare(encoder.encode(left), encoder.encode(right));
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

/** A tree object's bytes; the items must stand in git's order. */
export function encodeTree(items: readonly TreeItem[], _format: HashFormat): Uint8Array {
  return Buffer.concat(items.flatMap((item) => [Buffer.from(`${item.mode} ${item.name}\0`, 'utf8'), Buffer.from(item.id, 'hex')]));
}

/** The items of a tree object. Throws TREE_BROKEN when the bytes are no tree of coo's: every name there is text. */
export function decodeTree(bytes: Uint8Array, format: HashFormat): TreeItem[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = format === 'sha1' ? 20 : 32;
  const items: TreeItem[] = [];
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(0x20, at);
    const nul = buffer.indexOf(0, space);
    if (space < 0 || nul < 0 || nul + 1 + width > buffer.length) throw new FormatError('TREE_BROKEN', '', 'is no git tree: it is cut off');
    const mode = buffer.toString('latin1', at, space) as TreeItem['mode'];
    items.push({ mode, name: nameIn(buffer.subarray(space + 1, nul)), id: buffer.toString('hex', nul + 1, nul + 1 + width) });
    at = nul + 1 + width;
  }
  return items;
}

function nameIn(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new FormatError('TREE_BROKEN', '', 'is a git tree with a name that is not UTF-8');
  const name = decoder.decode(bytes);
  // Names become paths of the mirror: git itself makes none of these, and a stranger's tree may hold them.
  if (NO_NAMES.has(name.toLowerCase()) || name.includes('/')) throw new FormatError('TREE_BROKEN', '', `is a git tree with the name ${JSON.stringify(name)}`);
  return name;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

function identityAt(at_ms: number): string {
  return `${IDENTITY} ${String(Math.max(0, Math.floor(at_ms / 1_000)))} +0000`;
}

/** A commit object of coo's own: its identity, UTC. `at_ms` becomes whole seconds. */
export function encodeCommit(commit: Commit & { readonly at_ms: number }): Uint8Array {
  const who = identityAt(commit.at_ms);
  const parents = commit.parents.map((id) => `parent ${id}\n`).join('');
  return encoder.encode(`tree ${commit.tree}\n${parents}author ${who}\ncommitter ${who}\n\n${commit.message}`);
}

/** An annotated tag of a commit. */
export interface Tag {
  readonly object: string;
  /** The ref's name without `refs/tags/`. */
  readonly tag: string;
  /** Ends in a newline; no line of it begins with `-----BEGIN`. */
  readonly message: string;
}

/** A tag object of coo's own, not signed: its identity, UTC. What signs it is appended as it is. */
export function encodeTag({ object, tag, message, at_ms }: Tag & { readonly at_ms: number }): string {
  return `object ${object}\ntype commit\ntag ${tag}\ntagger ${identityAt(at_ms)}\n\n${message}`;
}

/** A tag of a commit, what of its bytes is signed, and the armoured signature after it; null when the bytes are no such tag. */
export function decodeTag(bytes: Uint8Array): (Tag & { readonly signed: string; readonly signature: string | null }) | null {
  const text = new TextDecoder('utf-8').decode(bytes);
  const at = text.indexOf('\n-----BEGIN SSH SIGNATURE-----\n');
  const signed = at < 0 ? text : text.slice(0, at + 1);
  const found = /^object ([0-9a-f]{40,64})\ntype commit\ntag ([^\n]+)\ntagger [^\n]+\n\n/.exec(signed);
  if (found?.[1] === undefined || found[2] === undefined) return null;
  return { object: found[1], tag: found[2], message: signed.slice(found[0].length), signed, signature: at < 0 ? null : text.slice(at + 1) };
}

/** Tree, parents and message of a commit object; null when the bytes are no commit. */
export function decodeCommit(bytes: Uint8Array): Commit | null {
  const text = commitDecoder.decode(bytes);
  const end = text.indexOf('\n\n');
  const lines = (end < 0 ? text : text.slice(0, end)).split('\n');
  const tree = /^tree ([0-9a-f]{40,64})$/.exec(lines[0] ?? '')?.[1];
  if (tree === undefined || end < 0) return null;
  const parents = lines.flatMap((line) => /^parent ([0-9a-f]{40,64})$/.exec(line)?.[1] ?? []);
  return { tree, parents, message: text.slice(end + 2) };
}
