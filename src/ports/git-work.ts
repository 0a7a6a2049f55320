import type { Oid } from './git-store.ts';
import type { Owner } from './process.ts';

/** One path that differs between two trees, without rename detection. Modes are git's, e.g. `100644`; `000000` = absent. */
export interface PathChange {
  readonly path: string;
  readonly before_mode: string;
  readonly after_mode: string;
  readonly before: Oid | null;
  readonly after: Oid | null;
}

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly id: Oid;
  /** Bytes of a blob; null for a gitlink. */
  readonly size: number | null;
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly tree: Oid }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

export type ImportResult =
  | { readonly kind: 'imported' }
  | { readonly kind: 'refused'; readonly code: 'IMPORT_TOO_LARGE' | 'IMPORT_BROKEN' | 'IMPORT_ABSENT'; readonly message: string };

/** Thrown where what stands in a tree cannot be worked with, whoever tries again. */
export interface UnfitContent extends Error {
  readonly code: 'WORK_PATH_NOT_UTF8' | 'WORK_TOO_MANY_ENTRIES' | 'WORK_TOO_DEEP' | 'WORK_OBJECT_BROKEN' | 'WORK_OBJECT_WRONG_TYPE' | 'WORK_OBJECT_TOO_LARGE';
}

/** What stands in the way of moving a branch that is checked out somewhere. */
export type MoveResult =
  | { readonly kind: 'moved' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'in_the_way'; readonly code: 'WORKTREE_BUSY' | 'WORKTREE_DIRTY' | 'INDEX_LOCKED'; readonly worktree: string; readonly paths: readonly string[]; readonly message: string; readonly fix: string };

/**
 * Work on what a worker made, by plumbing only, in a quarantine (`.git/coo/attempts.git`) that borrows the shared objects.
 * Nothing here runs a hook, a filter, or reads configuration or attributes that a worker could have written.
 */
export interface GitWork {
  /** Streams a pack file made for an attempt through `index-pack --stdin --fix-thin --strict` into the quarantine. */
  importPack(packFile: string, maxBytes: number): Promise<ImportResult>;
  /** The same for a commit that stands in the shared store already (made by hand in a worktree of the repository). */
  importCommit(tip: Oid, start: Oid | null, maxBytes: number): Promise<ImportResult>;
  /** Whether `ancestor` is an ancestor of (or equal to) `tip`. Both must be full ids of commits that are present. */
  isAncestor(ancestor: Oid, tip: Oid): Promise<boolean>;
  /** The type of an object in the quarantine or the shared store, or null. */
  typeOf(id: Oid): Promise<'commit' | 'tree' | 'blob' | 'tag' | null>;
  /** The tree of a commit. */
  treeOf(commit: Oid): Promise<Oid>;
  /** What a commit says, with its head: author, committer and all else that stands there. */
  headOf(commit: Oid): Promise<string>;
  /** Parents of a commit. */
  parentsOf(commit: Oid): Promise<readonly Oid[]>;
  /** Paths that differ, recursively, sorted. `null` = the empty tree. Throws `UnfitContent` where one is not UTF-8. */
  changes(before: Oid | null, after: Oid | null): Promise<readonly PathChange[]>;
  /** All entries of a tree below the given literal paths (all when absent), recursively; without those whose path is not UTF-8. */
  entries(tree: Oid, paths?: readonly string[]): Promise<readonly TreeEntry[]>;
  /** The names in one folder of a tree, without those that are not UTF-8: of the top where `folder` is empty, else of one named with its slash. None where there is no such folder. */
  names(tree: Oid, folder: string): Promise<readonly string[]>;
  /** A blob's bytes, refused over `cap`. */
  blob(id: Oid, cap: number): Promise<Uint8Array>;
  /** Three-way merge of two commits, recorded in the quarantine. A missing base (unrelated, or `ours` null) merges from the empty tree. */
  merge(ours: Oid, theirs: Oid): Promise<MergeResult>;
  /** A tree like `tree`, with files put in (blobs are written to the quarantine). */
  withFiles(tree: Oid | null, files: readonly { readonly path: string; readonly bytes: Uint8Array }[]): Promise<Oid>;
  /** Writes a commit of coo's own into the quarantine. `at_ms` is both dates. */
  commit(commit: { readonly tree: Oid; readonly parents: readonly Oid[]; readonly message: string; readonly at_ms: number }): Promise<Oid>;
  /** Lines added and removed, and files touched, between two trees; binary files count as files only. */
  diffStat(before: Oid | null, after: Oid): Promise<{ readonly files: number; readonly added: number; readonly removed: number }>;
  /** `git patch-id --verbatim` of the change from one tree to another: survives squash and rebase. Null when nothing changed. */
  patchId(before: Oid | null, after: Oid): Promise<string | null>;
  /** Copies everything reachable from `tip` and not from `known` from the quarantine into the shared store, durable. */
  promote(tip: Oid, known: readonly Oid[]): Promise<void>;
  /** Clean files of a tree in a new folder (with a `.git` of its own), `skip` folders left out. For workspaces and for checks. */
  workspace(at: WorkspaceSpec): Promise<void>;
  /** Rescues `tip` (present in shared store or quarantine) under `refs/coo/rescue/<name>`. An older one of that name that it does not contain goes on under `<name>.<n>`. */
  rescue(name: string, tip: Oid): Promise<void>;
  /**
   * Prepares the move of `branch` from `before` to `after` in every worktree that has it checked out, so that files and index follow.
   * `prepare` takes index.lock, checks, and notes the move in `.git/coo/follow`; `finish` after the swap; `abandon` if it was lost.
   * `branch` is a full name (`refs/heads/...`); `before` null = it is born by the move; `after` must have been promoted.
   */
  prepareMove(branch: string, before: Oid | null, after: Oid): Promise<PreparedMove | InTheWay>;
  /**
   * Finishes or drops moves that a dead process left in `.git/coo/follow`, and tries those again that could not follow. So it does with those
   * of a living one that is `replaced`: they go on under another name, and whatever it still does it does to a name that is gone.
   */
  resumeMoves(replaced?: (owner: Owner) => boolean): Promise<ResumedMoves>;
  /** Ends the helper process. The object can be used again afterwards. */
  close(): Promise<void>;
}

export type InTheWay = Extract<MoveResult, { kind: 'in_the_way' }>;

export interface PreparedMove {
  /**
   * After the swap. Worktrees whose files changed under our hands are returned, not thrown: the branch has moved, so they wait
   * (unlocked and untouched) until `resumeMoves` can let them follow.
   */
  finish(): Promise<readonly InTheWay[]>;
  /** The swap was lost, or never tried: everything is as before. */
  abandon(): Promise<void>;
}

export interface ResumedMoves {
  /** Branches whose worktrees now stand where the branch does. */
  readonly finished: readonly string[];
  /** Worktrees that cannot follow yet. */
  readonly waiting: readonly InTheWay[];
}

export interface WorkspaceSpec {
  readonly folder: string;
  /** The commit to start from; null = an empty root. */
  readonly start: Oid | null;
  /** Check out this tree instead of the start's (a merge candidate). */
  readonly tree?: Oid;
  /** Top-level folders not to check out, e.g. `_report`. */
  readonly skip: readonly string[];
  /** Borrow the quarantine's objects too (checks of a candidate). */
  readonly quarantine: boolean;
}
