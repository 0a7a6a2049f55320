import { decodeTree, encodeTree, treeOrder } from '../../format/git-object.ts';
import type { TreeItem } from '../../format/git-object.ts';
import type { GitObject, GitStore, Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';

/** One folder of a git tree, read when it is first needed and kept in git's own order. */
interface Folder {
  /** The id it was read from or last written as; null = changed since. */
  id: Oid | null;
  items: Item[] | null;
}
interface Item {
  readonly name: string;
  readonly mode: TreeItem['mode'];
  id: Oid;
  folder: Folder | null;
}

/** A file of the tree. */
export interface Leaf {
  readonly path: string;
  readonly id: Oid;
  readonly mode: TreeItem['mode'];
}

const FOLDER: TreeItem['mode'] = '40000';
const FILE: TreeItem['mode'] = '100644';
/** 64 MiB: far above a folder of a thousand entries, far below trouble. */
const TREE_CAP = 67_108_864;

/**
 * The ledger branch's tree, held in memory along the paths that were used, so that an append writes only the folders it changed.
 * After a failed publish it must be dropped: it holds what was never published.
 */
export class LedgerTree {
  readonly #git: Pick<GitStore, 'read' | 'readMany' | 'idOf' | 'format'>;
  readonly #root: Folder;

  constructor(git: Pick<GitStore, 'read' | 'readMany' | 'idOf' | 'format'>, root: Oid | null) {
    this.#git = git;
    this.#root = root === null ? { id: null, items: [] } : { id: root, items: null };
  }

  /** The blob id at a path, or null. */
  async find(path: string): Promise<Oid | null> {
    const { folder, name } = await this.#walk(path, false);
    if (folder === null) return null;
    return itemOf(folder, name)?.id ?? null;
  }

  /** The top folder's lines. */
  async top(): Promise<readonly { readonly name: string; readonly id: Oid; readonly folder: boolean }[]> {
    return (await this.#load(this.#root)).map(({ name, id, mode }) => ({ name, id, folder: mode === FOLDER }));
  }

  /** Names in a folder with their ids, in git's order; empty when the folder is absent. */
  async list(path: string): Promise<readonly { readonly name: string; readonly id: Oid; readonly folder: boolean }[]> {
    const { folder, name } = await this.#walk(path, false);
    const item = folder === null ? undefined : itemOf(folder, name);
    if (item === undefined || item.mode !== FOLDER) return [];
    const items = await this.#load(folderOf(item));
    return items.map(({ name: child, id, mode }) => ({ name: child, id, folder: mode === FOLDER }));
  }

  /** Every file as of the root that was read, in no order: a level at a time, so that git is asked a few times and not once a folder. */
  async leaves(): Promise<readonly Leaf[]> {
    const found: Leaf[] = [];
    let level: Leaf[] = this.#root.id === null ? [] : [{ path: '', id: this.#root.id, mode: FOLDER }];
    while (level.length > 0) {
      const below: Leaf[] = [];
      const folders = level;
      const ids = folders.map((folder) => folder.id);
      await this.#git.readMany(ids, TREE_CAP, (object, at) => {
        const { path: under = '', id = '' } = folders[at] ?? {};
        if (object === null || object.type !== 'tree' || this.#git.idOf(object) !== id) throw absent(id);
        const prefix = under === '' ? '' : `${under}/`;
        for (const item of decodeTree(object.bytes, this.#git.format)) (item.mode === FOLDER ? below : found).push({ path: prefix + item.name, id: item.id, mode: item.mode });
      });
      level = below;
    }
    return found;
  }

  /** Puts files in and returns every object that has to be written, and the new root's id. */
  async put(files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<{ readonly root: Oid; readonly objects: readonly GitObject[] }> {
    const objects: GitObject[] = [];
    for (const { path, bytes } of files) {
      const blob: GitObject = { type: 'blob', bytes };
      const id = this.#git.idOf(blob);
      objects.push(blob);
      const { folder, name } = await this.#walk(path, true);
      if (folder === null) throw new Failure({ code: 'LEDGER_PATH', message: `${path} is not a path for a file`, fix: 'report this as a bug' });
      const old = itemOf(folder, name);
      if (old === undefined) insert(folder, { name, mode: FILE, id, folder: null });
      else old.id = id;
    }
    const root = this.#write(this.#root, objects);
    return { root, objects };
  }

  /** The folder that holds the last part of the path. With `make`, missing folders are made and all on the way marked as changed. */
  async #walk(path: string, make: boolean): Promise<{ readonly folder: Folder | null; readonly name: string }> {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = this.#root;
    for (const part of parts) {
      await this.#load(folder);
      if (make) folder.id = null;
      let item = itemOf(folder, part);
      if (item === undefined) {
        if (!make) return { folder: null, name };
        item = { name: part, mode: FOLDER, id: '', folder: { id: null, items: [] } };
        insert(folder, item);
      }
      if (item.mode !== FOLDER) return { folder: null, name };
      folder = folderOf(item);
    }
    await this.#load(folder);
    if (make) folder.id = null;
    return { folder, name };
  }

  async #load(folder: Folder): Promise<Item[]> {
    if (folder.items !== null) return folder.items;
    const object = folder.id === null ? null : await this.#git.read(folder.id, TREE_CAP);
    if (object === null || object.type !== 'tree') {
      throw absent(folder.id ?? '');
    }
    // Whoever looked at the same time may have put something in by now.
    folder.items ??= decodeTree(object.bytes, this.#git.format).map(({ name, mode, id }) => ({ name, mode, id, folder: null }));
    return folder.items;
  }

  #write(folder: Folder, objects: GitObject[]): Oid {
    if (folder.id !== null) return folder.id;
    const items = folder.items ?? [];
    for (const item of items) if (item.folder !== null && item.folder.id === null) item.id = this.#write(item.folder, objects);
    const tree: GitObject = { type: 'tree', bytes: encodeTree(items, this.#git.format) };
    objects.push(tree);
    folder.id = this.#git.idOf(tree);
    return folder.id;
  }
}

function absent(id: Oid): Failure {
  return new Failure({ code: 'LEDGER_ABSENT', message: `the tree ${id} of the ledger is not in this clone`, fix: 'git fetch --unshallow, then coo verify', exit: 7 });
}

function folderOf(item: Item): Folder {
  item.folder ??= { id: item.id, items: null };
  return item.folder;
}

function itemOf(folder: Folder, name: string): Item | undefined {
  const items = folder.items ?? [];
  for (const mode of [FILE, FOLDER] as const) {
    const item = items[place(items, { name, mode })];
    if (item?.name === name) return item;
  }
  return undefined;
}

function insert(folder: Folder, item: Item): void {
  const items = (folder.items ??= []);
  items.splice(place(items, item), 0, item);
}

/** Where an item of this name and mode stands or belongs. */
function place(items: readonly Item[], wanted: { readonly name: string; readonly mode: string }): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && treeOrder(item, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
