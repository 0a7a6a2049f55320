import type { Oid } from './git-store.ts';

/** Who a commit says made it. Words of whoever made the commit, proven by nothing. */
export interface CommitPerson {
  readonly name: string;
  readonly email: string;
}

export interface HistoryCommit {
  readonly id: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: CommitPerson;
  readonly committer: CommitPerson;
  readonly message: string;
  /** By its committer's clock, in milliseconds. */
  readonly committed_at_ms: number;
  /** The armoured signature that it bears, and the bytes that it signs. */
  readonly signature?: { readonly armoured: string; readonly payload: Uint8Array };
}

/** What stands at a path: git's mode in octal digits (`100644`), and the object's id. */
export interface TreeSide {
  readonly mode: string;
  readonly id: Oid;
}

/** One path that differs between two trees, without rename detection; null = not there. */
export interface TreeChange {
  readonly path: string;
  readonly before: TreeSide | null;
  readonly after: TreeSide | null;
}

/** Two trees or commits; `before` null = the empty tree. */
export interface TreePair {
  readonly before: Oid | null;
  readonly after: Oid;
}

export interface TreeFile extends TreeSide {
  readonly path: string;
}

/** What a range leaves out: these commits and all before them (those that this clone lacks do not count), and all that a kind of ref reaches. */
export interface KnownCommits {
  readonly commits: readonly Oid[];
  readonly reachable: 'from_refs' | 'from_remotes' | 'from_none';
}

/**
 * The history of any repository, read only: a clone, a linked worktree, a bare one in the middle of a push. No hook, filter, replace ref,
 * graft, attribute of a worktree or configuration of an operator has any effect; the index is looked at by `staged` alone.
 */
export interface History {
  readonly format: 'sha1' | 'sha256';
  /** The commit that a revision names (a ref, a tag, an id, `HEAD~2`), or null. */
  commit(rev: string): Promise<Oid | null>;
  /** Of these commits, those that this clone has. */
  present(ids: readonly Oid[]): Promise<ReadonlySet<Oid>>;
  /** False in a shallow clone, whose history ends where its parents are missing. */
  readonly isWhole: boolean;
  /** Every commit that a tip reaches and nothing known does, parents before children. */
  range(tips: readonly Oid[], known: KnownCommits): Promise<readonly HistoryCommit[]>;
  /** What differs in each pair, sorted by the bytes of the paths. One process for all. */
  differences(pairs: readonly TreePair[]): Promise<readonly (readonly TreeChange[])[]>;
  /** `git patch-id --verbatim` of each pair, without the paths that `skip` names; null = nothing is left. Survives squash and rebase. */
  patchIds(pairs: readonly TreePair[], skip: (path: string) => boolean): Promise<readonly (string | null)[]>;
  /** The tree that merging these two commits gives, or null where they conflict. Nothing is written to the repository. */
  merged(ours: Oid, theirs: Oid): Promise<Oid | null>;
  /** What is staged against HEAD. Takes as long as git takes to compare the two, whatever lies in the history. */
  staged(): Promise<readonly TreeChange[]>;
  /** Paths below these folders that the worktree's index holds. */
  tracked(folders: readonly string[]): Promise<ReadonlySet<string>>;
  /** Files of a tree or commit that are, or lie below, one of the literal paths. */
  files(tree: Oid, paths: readonly string[]): Promise<readonly TreeFile[]>;
  /** Gives blobs to `take` in the order asked for; null for one that is absent or over `cap` bytes. */
  blobs(ids: readonly Oid[], cap: number, take: (bytes: Uint8Array | null, at: number) => void): Promise<void>;
  /** Whether `ancestor` is `tip` or lies before it. False where one of them is absent. */
  isAncestor(ancestor: Oid, tip: Oid): Promise<boolean>;
  /** Removes what `merged` kept aside. */
  close(): Promise<void>;
}
