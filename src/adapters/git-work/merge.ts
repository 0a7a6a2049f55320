import type { Oid } from '../../ports/git-store.ts';
import type { MergeResult } from '../../ports/git-work.ts';
import { gitFailure, git } from '../git-store/spawn.ts';
import { NOT_DURABLE } from './context.ts';
import type { Context } from './context.ts';
import { isAncestor, treeAt } from './history.ts';
import { fieldsOf } from './fields.ts';
import { fullId, isFullId } from './oid.ts';
import { nameText } from './tree.ts';

const ARGS = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', '--allow-unrelated-histories'];

/** Three-way merge of two commits, written to the quarantine. Without a common ancestor the base is the empty tree. */
export async function merge(context: Context, ours: Oid, theirs: Oid): Promise<MergeResult> {
  // The usual case, and no process is needed for it; it also shows that both are commits, which merge-tree would tell only by its words.
  if (await isAncestor(context, ours, theirs)) return { kind: 'merged', tree: await treeAt(context, theirs) };
  const args = [...NOT_DURABLE, ...ARGS, fullId(context.format, ours), fullId(context.format, theirs)];
  const { stdout, stderr, exit } = await git(context.quarantine, args, { okExits: [0, 1] });
  const [tree, ...names] = fieldsOf(stdout);
  // Exit 1 is a conflict, but also the answer to a bad name: only a tree's id in front makes it a conflict.
  if (tree === undefined || !isFullId(context.format, tree.toString('latin1'))) throw gitFailure(context.quarantine, args, { exit, signal: null }, stderr);
  if (exit === 0) return { kind: 'merged', tree: tree.toString('latin1') };
  return { kind: 'conflict', paths: [...new Set(names.map((name) => nameText(name)))] };
}
