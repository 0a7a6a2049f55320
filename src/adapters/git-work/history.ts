import type { Oid } from '../../ports/git-store.ts';
import { git } from '../git-store/spawn.ts';
import type { Context } from './context.ts';
import { GitWorkError } from './errors.ts';
import { fullId } from './oid.ts';

/** What a commit object says about its place in history. */
export interface CommitLinks {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
}

/** A commit larger than this is no message but an attack. */
export const COMMIT_CAP_BYTES = 4 * 1024 * 1024;
/** Commits looked at one by one before a process of git's does it. */
const NEAR_COMMITS = 64;

export async function linksOf(context: Context, commit: Oid): Promise<CommitLinks> {
  const bytes = await context.reader.contents(commit, 'commit', COMMIT_CAP_BYTES);
  const end = bytes.indexOf('\n\n');
  const lines = bytes.toString('latin1', 0, end < 0 ? bytes.length : end).split('\n');
  const tree = lines[0]?.startsWith('tree ') === true ? lines[0].slice(5) : '';
  const parents: Oid[] = [];
  for (const line of lines.slice(1)) {
    if (!line.startsWith('parent ')) break;
    parents.push(fullId(context.format, line.slice(7)));
  }
  if (tree === '') throw new GitWorkError('WORK_OBJECT_BROKEN', `commit ${commit} names no tree`);
  return { tree: fullId(context.format, tree), parents };
}

/** The tree that an id stands for: of a commit its tree, of a tree itself. */
export async function treeAt(context: Context, id: Oid): Promise<Oid> {
  const info = await context.reader.info(id);
  if (info?.type === 'tree') return id;
  return (await linksOf(context, id)).tree;
}

/** Whether `ancestor` is `tip` or reachable from it. Near ones are found through the reader; for the rest git's own search is quicker. */
export async function isAncestor(context: Context, ancestor: Oid, tip: Oid): Promise<boolean> {
  const near = await nearAncestor(context, fullId(context.format, ancestor), fullId(context.format, tip));
  if (near !== undefined) return near;
  const { exit } = await git(context.quarantine, ['merge-base', '--is-ancestor', ancestor, tip], { okExits: [0, 1] });
  return exit === 0;
}

/** True or false when the first commits show it, else undefined. Dates are not looked at: a worker can write any. */
async function nearAncestor(context: Context, ancestor: Oid, tip: Oid): Promise<boolean | undefined> {
  await Promise.all([linksOf(context, ancestor), linksOf(context, tip)]);
  const seen = new Set<Oid>([tip]);
  // A set is walked in the order of adding, also for what is added meanwhile: breadth first.
  let looked = 0;
  for (const commit of seen) {
    if (commit === ancestor) return true;
    looked += 1;
    if (looked > NEAR_COMMITS) return undefined;
    for (const parent of (await linksOf(context, commit)).parents) seen.add(parent);
  }
  return false;
}
