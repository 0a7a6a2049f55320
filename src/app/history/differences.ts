import { decodeTree } from '../../format/git-object.ts';
import type { TreeItem } from '../../format/git-object.ts';
import type { GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';
import type { PathChange, Side } from './append-only.ts';

const FOLDER = '40000';
const TREE_CAP = 67_108_864;

/** What changed between two trees, file by file, without renames; only folders that differ are read. Throws LEDGER_ABSENT, TREE_BROKEN. */
export async function differences(git: Pick<GitStore, 'read' | 'format'>, before: Oid | null, after: Oid | null, under = ''): Promise<readonly PathChange[]> {
  if (before === after) return [];
  const [old, now] = await Promise.all([items(git, before), items(git, after)]);
  const changes: PathChange[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name), now.get(name)];
    if (was?.id === is?.id && was?.mode === is?.mode) continue;
    const path = `${under}${name}`;
    const [a, b] = [fileOf(was), fileOf(is)];
    if (a !== null || b !== null) changes.push({ path, before: a, after: b });
    changes.push(...(await differences(git, folderOf(was), folderOf(is), `${path}/`)));
  }
  return changes;
}

async function items(git: Pick<GitStore, 'read' | 'format'>, id: Oid | null): Promise<ReadonlyMap<string, TreeItem>> {
  if (id === null) return new Map();
  const object = await git.read(id, TREE_CAP);
  if (object?.type !== 'tree') throw new Failure({ code: 'LEDGER_ABSENT', message: `the tree ${id} is not in this clone`, fix: 'git fetch --unshallow, then coo verify', exit: 7 });
  return new Map(decodeTree(object.bytes, git.format).map((item) => [item.name, item]));
}

function fileOf(item: TreeItem | undefined): Side | null {
  return item === undefined || item.mode === FOLDER ? null : { mode: item.mode, id: item.id };
}

function folderOf(item: TreeItem | undefined): Oid | null {
  return item?.mode === FOLDER ? item.id : null;
}
