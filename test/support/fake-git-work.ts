import { decodeCommit, decodeTree, encodeCommit, encodeTree, treeOrder } from '../../src/format/git-object.ts';
import { sha256Hex } from '../../src/format/canonical.ts';
import { isFault } from '../../src/app/faults.ts';
import type { Files } from '../../src/ports/files.ts';
import type { GitObject, Oid } from '../../src/ports/git-store.ts';
import type { GitWork, InTheWay, PathChange, PreparedMove } from '../../src/ports/git-work.ts';
import type { Owner } from '../../src/ports/process.ts';
import type { FakeGitStore } from './fake-git-store.ts';

/** One file of a tree, by its path. */
export interface Leaf {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly id: Oid;
}
export type Leaves = ReadonlyMap<string, Leaf>;

/** What several processes of one repository share beside its objects and refs. */
export interface FakeWorkshop {
  /** Objects that workers brought. */
  readonly quarantine: Map<Oid, GitObject>;
  /** Who moves a branch that is checked out, until it is finished or abandoned. */
  readonly moving: Map<string, Owner>;
  /** Trees that were read. */
  readonly trees: Map<Oid, Leaves>;
}

export function fakeWorkshop(): FakeWorkshop {
  return { quarantine: new Map(), moving: new Map(), trees: new Map() };
}

export interface FakeGitWorkOptions {
  readonly store: Pick<FakeGitStore, 'repository' | 'idOf'>;
  readonly files: Pick<Files, 'read' | 'folder'>;
  readonly self: Owner;
  readonly workshop?: FakeWorkshop;
  /** Whether the process of an owner has ended. */
  readonly isDead?: (owner: Owner) => boolean;
}

/** What a made-up pack holds: objects, each as its type and its bytes in base64. */
type Pack = readonly (readonly [GitObject['type'], string])[];

export function packBytes(objects: Iterable<GitObject>): Uint8Array {
  const pack: Pack = [...objects].map(({ type, bytes }) => [type, Buffer.from(bytes).toString('base64')] as const);
  return new TextEncoder().encode(JSON.stringify(pack));
}

/** Writes a tree of files as git's own objects into `into`, and returns its id. */
export function writeLeaves(idOf: FakeGitStore['idOf'], into: Map<Oid, GitObject>, leaves: Leaves): Oid {
  const put = (object: GitObject): Oid => {
    const id = idOf(object);
    into.set(id, object);
    return id;
  };
  const write = (all: readonly (readonly [string, Leaf])[]): Oid => {
    const folders = new Map<string, (readonly [string, Leaf])[]>();
    const items: { readonly name: string; readonly mode: Leaf['mode'] | '40000'; readonly id: Oid }[] = [];
    for (const [path, leaf] of all) {
      const slash = path.indexOf('/');
      if (slash < 0) items.push({ name: path, ...leaf });
      else folders.set(path.slice(0, slash), [...(folders.get(path.slice(0, slash)) ?? []), [path.slice(slash + 1), leaf]]);
    }
    for (const [name, below] of folders) items.push({ name, mode: '40000', id: write(below) });
    return put({ type: 'tree', bytes: encodeTree(items.sort(treeOrder), 'sha1') });
  };
  return write([...leaves]);
}

/** What stands for a patch id: the same for the same files changed in the same way. */
export function fakePatchId(changes: readonly PathChange[]): string | null {
  const told = changes.map(({ path, before, after }) => `${path} ${before ?? ''} ${after ?? ''}`);
  return told.length === 0 ? null : sha256Hex(told.join('\n')).slice(0, 40);
}

/**
 * Git's work on trees and commits, in memory and with git's own bytes: the same ids. A merge knows whole files, not lines, and a change is named
 * by its paths and blobs. No worktree follows a move; only who moves what is kept.
 */
export function fakeGitWork({ store, files, self, workshop = fakeWorkshop(), isDead = () => false }: FakeGitWorkOptions): GitWork {
  const { repository, idOf } = store;
  const { quarantine, moving, trees } = workshop;
  const look = (id: Oid): GitObject | undefined => repository.objects.get(id) ?? quarantine.get(id);
  const found = (id: Oid, type: GitObject['type']): Uint8Array => {
    const object = look(id);
    if (object?.type !== type) throw Object.assign(new Error(`${id} is ${object === undefined ? 'absent' : `a ${object.type}`}`), { code: object === undefined ? 'WORK_OBJECT_ABSENT' : 'WORK_OBJECT_WRONG_TYPE' });
    return object.bytes;
  };
  const commitOf = (id: Oid): { readonly tree: Oid; readonly parents: readonly Oid[] } => decodeCommit(found(id, 'commit')) ?? { tree: '', parents: [] };
  const treeOf = (id: Oid): Oid => (look(id)?.type === 'tree' ? id : commitOf(id).tree);
  const leavesOf = (treeish: Oid | null): Leaves => {
    if (treeish === null) return new Map();
    const tree = treeOf(treeish);
    const known = trees.get(tree);
    if (known !== undefined) return known;
    const leaves = new Map<string, Leaf>();
    for (const { name, mode, id } of decodeTree(found(tree, 'tree'), 'sha1')) {
      if (mode !== '40000') leaves.set(name, { mode, id });
      else for (const [path, leaf] of leavesOf(id)) leaves.set(`${name}/${path}`, leaf);
    }
    trees.set(tree, leaves);
    return leaves;
  };
  const changes = (before: Oid | null, after: Oid | null): readonly PathChange[] => {
    const [old, now] = [leavesOf(before), leavesOf(after)];
    const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
    return paths.flatMap((path) => {
      const [one, other] = [old.get(path), now.get(path)];
      return one?.id === other?.id && one?.mode === other?.mode ? [] : [{ path, before_mode: one?.mode ?? '000000', after_mode: other?.mode ?? '000000', before: one?.id ?? null, after: other?.id ?? null }];
    });
  };
  const ancestorsOf = (tip: Oid): ReadonlySet<Oid> => {
    const seen = new Set<Oid>([tip]);
    for (const id of seen) for (const parent of commitOf(id).parents) seen.add(parent);
    return seen;
  };
  const importWhole = (objects: ReadonlyMap<Oid, GitObject>): void => {
    for (const [id, object] of objects) quarantine.set(id, object);
  };
  /** Everything that a commit reaches and the shared store lacks. */
  const promote = (tip: Oid): void => {
    const next: Oid[] = [tip];
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (repository.objects.has(id)) continue;
      const object = look(id);
      if (object === undefined) throw Object.assign(new Error(`${id} is absent`), { code: 'WORK_OBJECT_ABSENT' });
      if (object.type === 'commit') next.push(commitOf(id).tree, ...commitOf(id).parents);
      if (object.type === 'tree') next.push(...decodeTree(object.bytes, 'sha1').map((item) => item.id));
      repository.objects.set(id, object);
    }
  };
  const letGo = (branch: string): void => {
    if (moving.get(branch) === self) moving.delete(branch);
  };

  const work: { [K in keyof GitWork]: (...args: Parameters<GitWork[K]>) => Awaited<ReturnType<GitWork[K]>> | ReturnType<GitWork[K]> } = {
    async importPack(packFile, maxBytes) {
      try {
        const bytes = await files.read(packFile, maxBytes);
        const objects = (JSON.parse(new TextDecoder().decode(bytes)) as Pack).map(([type, text]): GitObject => ({ type, bytes: Buffer.from(text, 'base64') }));
        importWhole(new Map(objects.map((object) => [idOf(object), object])));
        return { kind: 'imported' };
      } catch (cause) {
        if (isFault(cause, 'FILE_ABSENT')) return { kind: 'refused', code: 'IMPORT_ABSENT', message: `${packFile} is not there` };
        if (isFault(cause, 'FILE_TOO_LARGE')) return { kind: 'refused', code: 'IMPORT_TOO_LARGE', message: `${packFile} is too large` };
        if (cause instanceof SyntaxError) return { kind: 'refused', code: 'IMPORT_BROKEN', message: `${packFile} is no pack` };
        throw cause;
      }
    },
    importCommit: (tip) => (repository.objects.get(tip)?.type === 'commit' ? { kind: 'imported' } : { kind: 'refused', code: 'IMPORT_ABSENT', message: `${tip} is not in the shared store` }),
    isAncestor: (ancestor, tip) => ancestorsOf(tip).has(ancestor),
    typeOf: (id) => look(id)?.type ?? null,
    treeOf: (commit) => commitOf(commit).tree,
    headOf: (commit) => new TextDecoder().decode(found(commit, 'commit')),
    parentsOf: (commit) => commitOf(commit).parents,
    changes,
    names: (tree, folder) => [...new Set([...leavesOf(tree)].flatMap(([path]) => (path.startsWith(folder) ? [path.slice(folder.length).split('/')[0] ?? ''] : [])))],
    entries: (tree, paths) => [...leavesOf(tree)].filter(([path]) => paths?.some((one) => path === one || path.startsWith(`${one}/`)) ?? true).map(([path, { mode, id }]) => ({ path, mode, id, size: look(id)?.bytes.length ?? null })),
    blob: (id) => found(id, 'blob'),
    merge(ours, theirs) {
      const mine = ancestorsOf(ours);
      const base = [...ancestorsOf(theirs)].find((id) => mine.has(id)) ?? null;
      const [old, left, right] = [leavesOf(base), leavesOf(ours), leavesOf(theirs)];
      const merged = new Map<string, Leaf>();
      const conflicts: string[] = [];
      for (const path of [...new Set([...old.keys(), ...left.keys(), ...right.keys()])].sort()) {
        const [was, one, other] = [old.get(path)?.id, left.get(path)?.id, right.get(path)?.id];
        if (one !== was && other !== was && one !== other) conflicts.push(path);
        const leaf = one === was ? right.get(path) : left.get(path);
        if (leaf !== undefined) merged.set(path, leaf);
      }
      return conflicts.length > 0 ? { kind: 'conflict', paths: conflicts } : { kind: 'merged', tree: writeLeaves(idOf, quarantine, merged) };
    },
    withFiles(tree, added) {
      const leaves = new Map(leavesOf(tree));
      for (const { path, bytes } of added) {
        const blob: GitObject = { type: 'blob', bytes };
        quarantine.set(idOf(blob), blob);
        leaves.set(path, { mode: '100644', id: idOf(blob) });
      }
      return writeLeaves(idOf, quarantine, leaves);
    },
    commit(commit) {
      const object: GitObject = { type: 'commit', bytes: encodeCommit(commit) };
      quarantine.set(idOf(object), object);
      return idOf(object);
    },
    diffStat: (before, after) => ({ files: changes(before, after).length, added: 0, removed: 0 }),
    patchId: (before, after) => fakePatchId(changes(before, after)),
    promote: (tip) => promote(tip),
    workspace: async ({ folder }) => files.folder(folder),
    rescue(name, tip) {
      promote(tip);
      const ref = `refs/coo/rescue/${name}`;
      const old = repository.refs.get(ref);
      if (old !== undefined && !ancestorsOf(tip).has(old)) {
        let number = 1;
        while (repository.refs.has(`${ref}.${String(number)}`)) number += 1;
        repository.refs.set(`${ref}.${String(number)}`, old);
      }
      repository.refs.set(ref, tip);
    },
    prepareMove(branch): PreparedMove | InTheWay {
      const mover = moving.get(branch);
      if (mover !== undefined) return { kind: 'in_the_way', code: 'INDEX_LOCKED', worktree: '/', paths: [], message: `process ${String(mover.pid)} moves ${branch}`, fix: 'wait for it' };
      moving.set(branch, self);
      return {
        finish() {
          letGo(branch);
          return Promise.resolve([]);
        },
        abandon() {
          letGo(branch);
          return Promise.resolve();
        },
      };
    },
    resumeMoves(replaced = () => false) {
      for (const [branch, mover] of moving) if (isDead(mover) || replaced(mover)) moving.delete(branch);
      return { finished: [], waiting: [] };
    },
    close: () => Promise.resolve(),
  };
  /** A turn of the loop later, so that callers meet interleaving; what is thrown rejects. */
  const later =
    <A extends readonly unknown[], R>(act: (...args: A) => R) =>
    async (...args: A): Promise<Awaited<R>> => {
      await Promise.resolve();
      return await act(...args);
    };
  return Object.fromEntries(Object.entries(work).map(([name, act]) => [name, later(act as (...args: readonly unknown[]) => unknown)])) as unknown as GitWork;
}
