import type { Oid } from './git-store.ts';
import type { Cell } from './sandbox.ts';

/** What an attempt left in its workspace, sealed as one commit on top of its start. */
export interface SealedChange {
  /** The tip; equal to the start when nothing was changed, null when nothing was changed and there was no start. */
  readonly commit: Oid | null;
  readonly tree: Oid | null;
  /** What lies in the workspace and is in no commit, though the project does not ignore it: at most twenty paths. */
  readonly hidden: readonly string[];
}

/** Something that a change adds. */
export interface AddedText {
  /** A file, or undefined for a commit's message. */
  readonly path: string | undefined;
  readonly text: string;
}

/**
 * Git as a worker may use it, in an attempt's own workspace, when the attempt is over: with the worker's rights and environment, never with the
 * coordinator's. Everything it reads may have been written by the attempt: it is data. Of the `.git` there only objects, refs, HEAD, index and
 * what is not to be looked at count; no configuration, attribute, filter or hook does, nor those of a nested repository.
 * Where that `.git` is none any more, each refuses and says what was done to it.
 */
export interface AttemptGit {
  /**
   * Commits what is not committed yet: everything git does not ignore, and the named outputs even if it does. `skipped` folders are never taken.
   * `env` is the attempt's whole environment, `cell` its sandbox. Throws with the first lines of git's own message, or with what the attempt did.
   */
  seal(change: { readonly cell: Pick<Cell, 'wrap'>; readonly folder: string; readonly start: Oid | null; readonly message: string; readonly author: string; readonly outputs: readonly string[]; readonly skipped: readonly string[]; readonly env: Readonly<Record<string, string>> }): Promise<SealedChange>;
  /** Commits that branches of the workspace, or its stash, end in and that its `HEAD` does not contain. */
  others(of: { readonly cell: Pick<Cell, 'wrap'>; readonly folder: string; readonly env: Readonly<Record<string, string>> }): Promise<readonly Oid[]>;
  /**
   * What the commits of tip ^start say and add, as text: messages, names, new lines, the first 64 MiB of it. It is what the worker's own git tells, so that
   * a mistake is found before anything leaves the workspace; whoever wants to deceive is met by the judgement.
   */
  added(change: { readonly cell: Pick<Cell, 'wrap'>; readonly folder: string; readonly start: Oid | null; readonly tip: Oid; readonly env: Readonly<Record<string, string>> }): Promise<readonly AddedText[]>;
  /** Writes the objects of tip ^start into one pack file. False when there is nothing to pack. */
  pack(change: { readonly cell: Pick<Cell, 'wrap'>; readonly folder: string; readonly start: Oid | null; readonly tip: Oid; readonly file: string; readonly env: Readonly<Record<string, string>> }): Promise<boolean>;
}
