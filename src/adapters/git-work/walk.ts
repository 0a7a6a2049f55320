import { isUtf8 } from 'node:buffer';
import type { Oid } from '../../ports/git-store.ts';
import type { PathChange, TreeEntry } from '../../ports/git-work.ts';
import type { Context } from './context.ts';
import { GitWorkError } from './errors.ts';
import { GITLINK, isFolder, nameText, sortKey } from './tree.ts';
import type { TreeLine } from './tree.ts';

/** A small tree object can stand for endless paths, because its folders may share one tree. */
const MAX_ENTRIES = 1_000_000;
const MAX_DEPTH = 512;
/** Items whose trees are asked for together. */
const AHEAD = 64;
const SIZES_AT_ONCE = 1000;
const ABSENT = '000000';
const NO_LINES: readonly TreeLine[] = [];

/** What one walk may still look at. Throws WORK_TOO_MANY_ENTRIES or WORK_TOO_DEEP. */
function openBudget(): (lines: number, depth: number) => void {
  let left = MAX_ENTRIES;
  let over: GitWorkError | undefined;
  return (lines, depth) => {
    left -= lines;
    // One error for all branches of the walk that are still under way.
    if (left < 0) over ??= new GitWorkError('WORK_TOO_MANY_ENTRIES', `more than ${String(MAX_ENTRIES)} entries in a tree`);
    if (depth > MAX_DEPTH) over ??= new GitWorkError('WORK_TOO_DEEP', `folders nested deeper than ${String(MAX_DEPTH)}`);
    if (over !== undefined) throw over;
  };
}

export async function linesOf(context: Context, tree: Oid | null): Promise<readonly TreeLine[]> {
  return tree === null ? NO_LINES : context.trees.of(tree);
}

/** Two lines that stand under one key, at least one of them present. */
interface Pair {
  readonly before: TreeLine | undefined;
  readonly after: TreeLine | undefined;
}

/** Lines of two trees side by side, in git's order, without those that are equal. */
function* differing(before: readonly TreeLine[], after: readonly TreeLine[]): Generator<Pair> {
  let left = 0;
  let right = 0;
  for (;;) {
    const one = before[left];
    const other = after[right];
    if (one === undefined && other === undefined) return;
    const order = one === undefined ? 1 : other === undefined ? -1 : Buffer.compare(sortKey(one), sortKey(other));
    if (order <= 0) left += 1;
    if (order >= 0) right += 1;
    const pair = { before: order <= 0 ? one : undefined, after: order >= 0 ? other : undefined };
    if (pair.before?.id !== pair.after?.id || pair.before?.mode !== pair.after?.mode) yield pair;
  }
}

/** Paths that differ between two trees, in the order of their bytes. No rename detection, no attributes, no configuration. */
export async function changes(context: Context, before: Oid | null, after: Oid | null): Promise<readonly PathChange[]> {
  const spend = openBudget();
  const found: PathChange[] = [];
  const walk = async (from: Oid | null, to: Oid | null, prefix: string, depth: number): Promise<void> => {
    if (from === to) return;
    const [old, now] = await Promise.all([linesOf(context, from), linesOf(context, to)]);
    spend(old.length + now.length, depth);
    const pairs = [...differing(old, now)];
    await ahead(context, pairs, foldersOf, async (pair) => {
      const path = prefix + nameText((pair.after ?? pair.before)?.name ?? new Uint8Array(0));
      const folders = foldersOf(pair);
      if (folders.length > 0) await walk(pair.before?.id ?? null, pair.after?.id ?? null, `${path}/`, depth + 1);
      else found.push(changeAt(path, pair));
    });
  };
  await walk(before, after, '', 0);
  return found;
}

/** The trees of a pair of folders; none for a pair of files. */
function foldersOf(pair: Pair): readonly Oid[] {
  return [pair.before, pair.after].flatMap((line) => (line !== undefined && isFolder(line) ? [line.id] : []));
}

/**
 * Does one item after the other, so that a walk holds one path at a time however many a tree stands for;
 * but asks for the trees of the next items already, so that it seldom waits for one.
 */
async function ahead<T>(context: Context, items: readonly T[], trees: (item: T) => readonly Oid[], work: (item: T) => Promise<void>): Promise<void> {
  for (const [at, item] of items.entries()) {
    if (at % AHEAD === 0) for (const next of items.slice(at, at + AHEAD)) for (const id of trees(next)) context.trees.soon(id);
    await work(item);
  }
}

function changeAt(path: string, { before, after }: Pair): PathChange {
  return { path, before_mode: before?.mode ?? ABSENT, after_mode: after?.mode ?? ABSENT, before: before?.id ?? null, after: after?.id ?? null };
}

/** All ids of trees and blobs in `after` that do not stand at the same path in one of the `before` trees. Gitlinks are not objects of ours. */
export async function newObjects(context: Context, before: readonly Oid[], after: Oid, found: Map<Oid, 'tree' | 'blob'>): Promise<void> {
  const spend = openBudget();
  const walk = async (from: readonly Oid[], to: Oid, depth: number): Promise<void> => {
    if (from.includes(to)) return;
    found.set(to, 'tree');
    const old = await Promise.all(from.map(async (tree) => byKeyText(await linesOf(context, tree))));
    const now = await linesOf(context, to);
    spend(now.length, depth);
    for (const line of now) {
      const same = old.flatMap((lines) => lines.get(sortKey(line).toString('latin1')) ?? []);
      if (isFolder(line)) await walk(same, line.id, depth + 1);
      else if (line.mode !== GITLINK && !same.includes(line.id)) found.set(line.id, 'blob');
    }
  };
  await walk(before, after, 0);
}

function byKeyText(lines: readonly TreeLine[]): ReadonlyMap<string, Oid> {
  return new Map(lines.map((line) => [sortKey(line).toString('latin1'), line.id]));
}

type Place = Omit<TreeEntry, 'size'>;

/** Entries of a tree, recursively; with `paths`, only those that are or lie below one of them. In the order of their bytes. What has no name in UTF-8 was there before us, and nobody can mean it. */
export async function entries(context: Context, tree: Oid, paths?: readonly string[]): Promise<readonly TreeEntry[]> {
  const spend = openBudget();
  const found = new Map<string, Place>();
  const below = async (id: Oid, prefix: string, depth: number): Promise<void> => {
    const lines = await linesOf(context, id);
    spend(lines.length, depth);
    const trees = (line: TreeLine): readonly Oid[] => (isFolder(line) ? [line.id] : []);
    await ahead(context, lines.filter(({ name }) => isUtf8(name)), trees, (line) => at(line, prefix + nameText(line.name), depth));
  };
  const at = async (line: TreeLine, path: string, depth: number): Promise<void> => {
    if (isFolder(line)) await below(line.id, `${path}/`, depth + 1);
    else found.set(path, { path, mode: line.mode, id: line.id });
  };
  if (paths === undefined) {
    await below(tree, '', 0);
    return withSizes(context, [...found.values()]);
  }
  for (const path of paths) {
    const line = await lineAt(context, tree, path);
    if (line !== undefined) await at(line, path, 0);
  }
  return withSizes(context, [...found.values()].toSorted((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path))));
}

/** The names in one folder; none where it is no folder. */
export async function names(context: Context, tree: Oid, folder: string): Promise<readonly string[]> {
  const line = folder === '' ? undefined : await lineAt(context, tree, folder.slice(0, -1));
  if (folder !== '' && (line === undefined || !isFolder(line))) return [];
  return (await linesOf(context, line?.id ?? tree)).filter(({ name }) => isUtf8(name)).map(({ name }) => nameText(name));
}

async function withSizes(context: Context, places: readonly Place[]): Promise<readonly TreeEntry[]> {
  const sized: TreeEntry[] = [];
  for (let from = 0; from < places.length; from += SIZES_AT_ONCE) {
    const some = places.slice(from, from + SIZES_AT_ONCE);
    sized.push(...(await Promise.all(some.map(async ({ path, mode, id }) => ({ path, mode, id, size: mode === GITLINK ? null : await blobSize(context, id) })))));
  }
  return sized;
}

async function blobSize(context: Context, id: Oid): Promise<number> {
  const info = await context.reader.info(id);
  if (info === null) throw new GitWorkError('WORK_OBJECT_ABSENT', `there is no object ${id}`);
  if (info.type !== 'blob') throw new GitWorkError('WORK_OBJECT_WRONG_TYPE', `${id} is a ${info.type}, not a blob`);
  return info.size;
}

/** The line that a literal path leads to, through folders only. */
async function lineAt(context: Context, tree: Oid, path: string): Promise<TreeLine | undefined> {
  let folder: Oid | undefined = tree;
  let line: TreeLine | undefined;
  for (const part of path.split('/')) {
    if (folder === undefined) return undefined;
    const name = Buffer.from(part, 'utf8');
    line = (await linesOf(context, folder)).find((candidate) => candidate.name.equals(name));
    folder = line !== undefined && isFolder(line) ? line.id : undefined;
  }
  return line;
}
