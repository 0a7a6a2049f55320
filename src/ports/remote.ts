import type { Oid } from './git-store.ts';

/** One branch of a push, by its full name, and the commit that it is to stand at there. */
export interface PushWish {
  readonly ref: string;
  readonly commit: Oid;
}

/** `refused`: what stands there is not behind ours, or the other side says no. */
export interface Pushed {
  readonly ref: string;
  readonly outcome: 'new' | 'moved' | 'same' | 'refused';
  /** The other side's words; empty where it took it. */
  readonly why: string;
}

/** The other repositories that the operator's one knows, reached as the operator's own git reaches them: with their keys and helpers. */
export interface Remote {
  /** Where a branch is pulled from; else `origin`; else the only one there is; null where none of them is. */
  nameFor(branch: string): Promise<string | null>;
  /** The URL of a remote as it is configured, before git rewrites it; null where there is no such remote. */
  url(name: string): Promise<string | null>;
  /**
   * The commit that a branch stands at there, by its full name, with every object of it here when it resolves; null where it has none. No ref moves.
   * Throws what has a `code` where the other side cannot be reached.
   */
  fetch(name: string, ref: string): Promise<Oid | null>;
  /** One push of all the branches, forward only: nothing there is ever overwritten. Throws what has a `code` where the other side cannot be reached. */
  push(name: string, wishes: readonly PushWish[]): Promise<readonly Pushed[]>;
}
