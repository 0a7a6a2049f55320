import { dirname, join } from 'node:path';
import type { ObjectType, Oid } from '../../ports/git-store.ts';
import { flushFolders } from '../git-store/durable.ts';
import { git } from '../git-store/spawn.ts';
import { writeObjects } from '../git-store/write.ts';
import type { Context } from './context.ts';
import { GitWorkError } from './errors.ts';
import { isAncestor, linksOf } from './history.ts';
import { fullId } from './oid.ts';
import { newObjects } from './walk.ts';

/** Up to here we copy the objects ourselves, which needs no process; above, git packs them. */
const FEW_OBJECTS = 64;
const FEW_COMMITS = 32;
const FEW_BYTES = 4 * 1024 * 1024;

type Objects = Map<Oid, ObjectType>;

/** Copies what is reachable from `tip` and not from `known` into the shared store; resolves when it is durable there. */
export async function promote(context: Context, tip: Oid, known: readonly Oid[]): Promise<void> {
  fullId(context.format, tip);
  const stop = known.map((id) => fullId(context.format, id));
  const few = await fewObjects(context, tip, stop);
  if (few === undefined) await asPack(context, tip, stop);
  else await asCopies(context, few);
}

/** The new objects, or undefined when they are many. May name some that are not new (moved files): writing those again does no harm. */
async function fewObjects(context: Context, tip: Oid, known: readonly Oid[]): Promise<Objects | undefined> {
  const commits = new Set<Oid>(known.includes(tip) ? [] : [tip]);
  const objects: Objects = new Map();
  // The set grows while it is walked.
  for (const commit of commits) {
    const { tree, parents } = await linksOf(context, commit);
    const trees = await Promise.all(parents.map(async (parent) => (await linksOf(context, parent)).tree));
    const found = new Map<Oid, 'tree' | 'blob'>();
    await newObjects(context, trees, tree, found);
    for (const [id, type] of found) objects.set(id, type);
    objects.set(commit, 'commit');
    for (const parent of parents) if (!known.includes(parent)) commits.add(parent);
    if (commits.size > FEW_COMMITS || objects.size > FEW_OBJECTS) return undefined;
  }
  const sizes = await Promise.all(Array.from(objects.keys(), async (id) => (await context.reader.info(id))?.size ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0) > FEW_BYTES ? undefined : objects;
}

async function asCopies(context: Context, wanted: Objects): Promise<void> {
  const { shared, format, clock, random } = context;
  const objects = await Promise.all(
    Array.from(wanted, async ([id, type]) => ({ type, bytes: await context.reader.contents(id, type, FEW_BYTES) })),
  );
  const written = await writeObjects({ objectsDir: join(shared.gitDir, 'objects'), format, clock, random }, objects);
  const wrong = Array.from(wanted.keys()).find((id, at) => written[at] !== id);
  if (wrong !== undefined) throw new GitWorkError('WORK_OBJECT_BROKEN', `${wrong} has the content of another object`);
}

async function asPack(context: Context, tip: Oid, known: readonly Oid[]): Promise<void> {
  const base = join(context.shared.gitDir, 'objects', 'pack', 'pack');
  const stdin = [tip, ...known.map((id) => `^${id}`), ''].join('\n');
  // Given a base name, pack-objects writes, fsyncs and renames the pack there itself, the index last.
  await git(context.quarantine, ['pack-objects', '--revs', '--delta-base-offset', '-q', base], { stdin, timeoutMs: 600_000 });
  await flushFolders([dirname(base)]);
}

const RESCUE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;

/**
 * Pins a tip that is in the shared store or the quarantine at `refs/coo/rescue/<name>`, durable. What the name kept before is kept under the first free
 * `<name>.<n>`, unless the new tip contains it; a tip that the kept one contains needs nothing.
 */
export async function rescue(context: Context, name: string, tip: Oid): Promise<void> {
  if (!RESCUE_NAME.test(name) || name.endsWith('.lock')) throw new GitWorkError('WORK_NAME_REFUSED', `not a name for a rescue ref: ${JSON.stringify(name)}`);
  const ref = `refs/coo/rescue/${name}`;
  const { stdout } = await git(context.shared, ['for-each-ref', '--format=%(objectname) %(objecttype) %(refname)']);
  const refs = new TextDecoder().decode(stdout).split('\n').map((line) => line.split(' ', 3));
  const names = new Map(refs.map(([id, , taken]) => [taken, id]));
  const there = names.get(ref);
  if (there !== undefined && (there === tip || (await isAncestor(context, tip, there)))) return;
  const known = refs.flatMap(([id, type]) => (id !== undefined && type === 'commit' ? [id] : []));
  await promote(context, tip, known);
  const after = fullId(context.format, tip);
  await git(context.shared, ['update-ref', '--stdin'], { stdin: there === undefined ? `create ${ref} ${after}\n` : `update ${ref} ${after} ${there}\n${await setAside(context, { ref, names, tip, there })}` });
}

/** What keeps the older tip, as a line of the same transaction; nothing where the newer one contains it. */
async function setAside(context: Context, { ref, names, tip, there }: { readonly ref: string; readonly names: ReadonlyMap<string | undefined, string | undefined>; readonly tip: Oid; readonly there: Oid }): Promise<string> {
  if (await isAncestor(context, there, tip)) return '';
  let number = 1;
  while (names.has(`${ref}.${String(number)}`)) number += 1;
  return `create ${ref}.${String(number)} ${there}\n`;
}
