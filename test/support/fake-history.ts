import { readCommit } from '../../src/format/commit-header.ts';
import { decodeTree } from '../../src/format/git-object.ts';
import { GitError } from '../../src/adapters/git-store/errors.ts';
import type { GitObject, Oid } from '../../src/ports/git-store.ts';
import type { GitWork } from '../../src/ports/git-work.ts';
import type { History, HistoryCommit, KnownCommits, TreeChange, TreeFile, TreePair } from '../../src/ports/history.ts';
import type { FakeGitStore } from './fake-git-store.ts';
import { fakePatchId } from './fake-git-work.ts';

const ABSENT = '000000';

/** The history of a repository in memory, of whole files: `work` merges and names changes. No remotes, no index. */
export function fakeHistory(store: Pick<FakeGitStore, 'repository'>, work: Pick<GitWork, 'changes' | 'merge'>): History {
  const { objects, refs } = store.repository;
  const found = (id: Oid): GitObject => {
    const object = objects.get(id);
    if (object === undefined) throw new GitError({ code: 'GIT_OBJECT_BROKEN', message: `${id} is not in this repository` });
    return object;
  };
  const commitOf = (id: Oid): HistoryCommit => {
    const commit = readCommit(found(id).bytes);
    if (commit === null) throw new GitError({ code: 'GIT_OBJECT_BROKEN', message: `${id} is no commit` });
    return { id, ...commit };
  };
  const before = (tips: readonly Oid[]): ReadonlySet<Oid> => {
    const seen = new Set(tips.filter((id) => objects.has(id)));
    for (const id of seen) for (const parent of commitOf(id).parents) seen.add(parent);
    return seen;
  };
  const treeOf = (id: Oid): Oid => (found(id).type === 'tree' ? id : commitOf(id).tree);
  const filesOf = (tree: Oid, under = ''): readonly TreeFile[] => decodeTree(found(tree).bytes, 'sha1').flatMap(({ name, mode, id }) => (mode === '40000' ? filesOf(id, `${under}${name}/`) : [{ path: `${under}${name}`, mode, id }]));
  const difference = async ({ before: old, after }: TreePair): Promise<readonly TreeChange[]> => {
    const changes = await work.changes(old, after);
    const side = (mode: string, id: Oid | null): TreeChange['before'] => (mode === ABSENT || id === null ? null : { mode, id });
    return changes.map(({ path, before_mode, before: was, after_mode, after: is }) => ({ path, before: side(before_mode, was), after: side(after_mode, is) }));
  };

  return {
    format: 'sha1',
    isWhole: true,
    commit: async (rev) => Promise.resolve(refs.get(rev) ?? refs.get(`refs/heads/${rev}`) ?? (objects.get(rev)?.type === 'commit' ? rev : null)),
    present: async (ids) => Promise.resolve(new Set(ids.filter((id) => objects.has(id)))),
    range: async (tips, known: KnownCommits) => {
      const left = before([...known.commits, ...(known.reachable === 'from_refs' ? refs.values() : [])]);
      const done = new Set<Oid>();
      const ordered: HistoryCommit[] = [];
      const next = tips.toReversed();
      for (let id = next.at(-1); id !== undefined; id = next.at(-1)) {
        const waits = done.has(id) || left.has(id) ? [] : commitOf(id).parents.filter((parent) => !done.has(parent) && !left.has(parent));
        if (waits.length > 0) {
          next.push(...waits);
          continue;
        }
        next.pop();
        if (!done.has(id) && !left.has(id)) ordered.push(commitOf(id));
        done.add(id);
      }
      return Promise.resolve(ordered);
    },
    differences: async (pairs) => Promise.all(pairs.map(difference)),
    patchIds: async (pairs, skip) => Promise.all(pairs.map(async ({ before: old, after }) => fakePatchId((await work.changes(old, after)).filter(({ path }) => !skip(path))))),
    merged: async (ours, theirs) => {
      const merged = await work.merge(ours, theirs);
      return merged.kind === 'merged' ? merged.tree : null;
    },
    staged: async () => Promise.resolve([]),
    tracked: async () => Promise.resolve(new Set()),
    files: async (tree, paths) => Promise.resolve(filesOf(treeOf(tree)).filter(({ path }) => paths.some((one) => path === one || path.startsWith(`${one}/`)))),
    blobs: async (ids, cap, take) => {
      for (const [at, id] of ids.entries()) {
        const object = objects.get(id);
        take(object?.type === 'blob' && object.bytes.length <= cap ? object.bytes : null, at);
      }
      return Promise.resolve();
    },
    isAncestor: async (ancestor, tip) => Promise.resolve(objects.has(ancestor) && before([tip]).has(ancestor)),
    close: async () => Promise.resolve(),
  };
}
