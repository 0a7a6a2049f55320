import { FormatError } from '../../format/canonical.ts';
import { decodeCommit, decodeTree } from '../../format/git-object.ts';
import { isGlob } from '../../format/paths.ts';
import type { InputIds } from '../../format/prompt.ts';
import type { Order } from '../../kernel/order.ts';
import type { GitStore, Oid } from '../../ports/git-store.ts';

/** What each input of an order was at its start commit: ids of blobs and trees. Globs, and what is not there, have none. */
export async function inputIds(git: Pick<GitStore, 'read' | 'format'>, { inputs, start_commit }: Pick<Order, 'inputs' | 'start_commit'>): Promise<InputIds> {
  const found = new Map<string, Oid>();
  if (start_commit === null || inputs.length === 0) return found;
  const commit = await git.read(start_commit);
  const top = commit?.type === 'commit' ? decodeCommit(commit.bytes)?.tree : undefined;
  for (const path of inputs) {
    const id = top === undefined || isGlob(path) ? undefined : await idAt(git, top, path.split('/'));
    if (id !== undefined) found.set(path, id);
  }
  return found;
}

async function idAt(git: Pick<GitStore, 'read' | 'format'>, top: Oid, parts: readonly string[]): Promise<Oid | undefined> {
  let id: Oid | undefined = top;
  for (const part of parts) {
    const tree: Awaited<ReturnType<GitStore['read']>> = id === undefined ? null : await git.read(id);
    if (tree?.type !== 'tree') return undefined;
    id = itemIn(tree.bytes, git.format, part);
  }
  return id;
}

/** A folder with a name that is no text is nobody's fault here: its files go without an id. */
function itemIn(tree: Uint8Array, format: GitStore['format'], part: string): Oid | undefined {
  try {
    return decodeTree(tree, format).find(({ name }) => name === part)?.id;
  } catch (cause) {
    if (cause instanceof FormatError) return undefined;
    throw cause;
  }
}
