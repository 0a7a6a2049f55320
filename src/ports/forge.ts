import type { Oid } from './git-store.ts';

/** The place where pull requests are: one repository on one forge. Nothing throws for what a forge answers: it is a value. */
export interface Forge {
  /** `owner/name`, for people. */
  readonly repository: string;
  /** The pull request of a branch of this repository: the open one, else the newest that was merged or closed, else null. */
  find(head: string): Promise<Asked<PullRequest | null>>;
  /** Opens one. Where one is open already, that one is given. Branches without `refs/heads/`. */
  open(draft: { readonly head: string; readonly base: string; readonly title: string; readonly body: string }): Promise<Asked<PullRequest>>;
  update(number: number, text: { readonly title: string; readonly body: string }): Promise<Asked<PullRequest>>;
  /** How a pull request stands. Cheap to ask again: the forge says when nothing changed (ETag). */
  pull(number: number): Promise<Asked<PullRequest>>;
  /** The one comment that begins with `marker`: made, edited in place, or left alone where it says the same. */
  comment(number: number, marker: string, body: string): Promise<Asked<'made' | 'edited' | 'unchanged'>>;
  /** A check run on a commit, left alone where the newest of its name says the same. Annotations go in batches of 50, the most that GitHub takes at once. */
  check(run: CheckRun): Promise<Asked<'made' | 'unchanged'>>;
}

export interface PullRequest {
  readonly number: number;
  /** For people. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  /** The commit that its head stands at. */
  readonly head: Oid;
  readonly base: string;
  readonly state: PullState;
}

export type PullState =
  | { readonly kind: 'open' }
  | { readonly kind: 'closed' }
  /** `commit`: where the target stood afterwards. `how`: null where the forge does not tell it. */
  | { readonly kind: 'merged'; readonly commit: Oid; readonly how: MergeKind | null };

export type MergeKind = 'merge' | 'squash' | 'rebase';

export interface CheckRun {
  readonly name: string;
  readonly commit: Oid;
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
}

/** Something about a file. Lines are from 1; coo's findings are about whole files, so they stand at the first. */
export interface Annotation {
  readonly path: string;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

export type Asked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: ForgeFault };

/** Why the forge did not do it. Messages hold no token. */
export type ForgeFault =
  /** No token, a wrong one, or one without the right to do this. */
  | { readonly code: 'FORGE_AUTH'; readonly message: string }
  /** No such thing, or none that this token may see. */
  | { readonly code: 'FORGE_NOT_FOUND'; readonly message: string }
  /** Too much was asked; wall time from which it may be asked again. */
  | { readonly code: 'FORGE_RATE_LIMITED'; readonly message: string; readonly retry_at_ms: number }
  /** Understood and refused (422). */
  | { readonly code: 'FORGE_INVALID'; readonly message: string; readonly what: readonly string[] }
  /** What answered is not the forge's API: a proxy, a page to log in at, another program. */
  | { readonly code: 'FORGE_STRANGE'; readonly message: string }
  /** Not reached, or broken, after some tries. */
  | { readonly code: 'FORGE_DOWN'; readonly message: string };
