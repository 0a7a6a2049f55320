/** A git object id, lower-case hex: 40 digits (SHA-1) or 64 (SHA-256). */
export type Oid = string;
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface GitObject {
  readonly type: ObjectType;
  readonly bytes: Uint8Array;
}

/** One ref's change. `null` = absent. Full names (`refs/...`), full ids. */
export interface RefChange {
  readonly ref: string;
  readonly before: Oid | null;
  readonly after: Oid | null;
}

/** `lost` = some ref no longer stood at `before`; nothing was changed. */
export type SwapResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'locked'; readonly path: string; readonly owner: string };

/**
 * The object store and the refs of one repository: all that the ledger needs of git.
 * No hook, filter, replace ref, attribute or configuration of the operator has any effect.
 */
export interface GitStore {
  readonly format: 'sha1' | 'sha256';
  /** The id that an object has or would have. */
  idOf(object: GitObject): Oid;
  /** A ref's value now, or null. */
  ref(name: string): Promise<Oid | null>;
  /** An object, or null when it is absent. Refuses with GIT_TOO_LARGE over `cap` bytes (default 64 MiB), before reading it. */
  read(id: Oid, cap?: number): Promise<GitObject | null>;
  /**
   * Gives many objects to `take`, in the order asked for, null for an absent one: one pass of git over all of them, nothing kept. `at` is the place in `ids`.
   * They are not held against their ids, unlike `read`'s: for callers that know another digest of the bytes. Throws what `take` throws; else as `read` does.
   */
  readMany(ids: readonly Oid[], cap: number, take: (object: GitObject | null, at: number) => void): Promise<void>;
  /**
   * The commits from `head` on along first parents, newest first, at most so many; fewer where git knows no more of them. A guess, for who wants to read them
   * at once: that each names the next is for the caller to prove.
   */
  line?(head: Oid, most: number): Promise<readonly Oid[]>;
  /** Writes objects, many as one pack; resolves when every one and its folder is durable. A loose object that exists is freshened, not written again, unless it goes into a pack. */
  write(objects: readonly GitObject[]): Promise<readonly Oid[]>;
  /**
   * Changes several refs in one transaction, in the order given, by compare-and-swap, durable when it resolves.
   * A lock left by a dead appender of ours is removed and reported through `mended`; any other lock gives `locked`. Rejects with GIT_SWAP_SPLIT where git
   * was killed between two of them: what has moved is durable by then.
   */
  swap(changes: readonly RefChange[]): Promise<SwapResult>;
  /** Removes the lock of a ref, of `HEAD` or of `packed-refs` if a dead appender of ours left it; `locked` when it is anybody else's. Nothing happens where there is none. */
  unlock(name: string): Promise<SwapResult>;
  /** Makes ready, beside whatever goes on, what the first swap will need: for who is about to append. */
  warm?(): void;
  /** Packs loose objects when there are more than `loose` of them, and rolls packs into fewer when these are many; never prunes. Returns what it did. */
  pack(loose: number): Promise<{ readonly packed: boolean; readonly looseLeft: number }>;
  /** Refs whose lock was removed because its owner was dead, since the last call. */
  mended(): readonly string[];
  /** Ends the helper processes. The store can be used again afterwards. */
  close(): Promise<void>;
}
