/** What `coo init` asks of the operator's repository: read only, through git's own porcelain. */
export interface OperatorRepo {
  /** The branch that HEAD names (born or not), or null when HEAD is detached. */
  currentBranch(): Promise<string | null>;
  /** The remote's default branch as this clone knows it, else a local `main` or `master`, else null. */
  defaultBranch(): Promise<string | null>;
  /** Whether a branch has an upstream. */
  hasUpstream(branch: string): Promise<boolean>;
  /** Where this clone was cloned from, as git names it: a path, a URL; null when there is no remote `origin`. */
  origin(): Promise<string | null>;
  /** The operator's e-mail address as configured, or null. */
  email(): Promise<string | null>;
  /** The full id of the commit that a revision names, or null. */
  revision(rev: string): Promise<string | null>;
  /** Paths of the worktree that differ from HEAD or that git does not know, ignored ones left out; folders end with `/`. */
  uncommitted(): Promise<readonly string[]>;
  /** Where git looks for hooks here: `core.hooksPath`, or the git folder's own. Absolute. */
  hooksFolder(): Promise<string>;
  /** Why this clone cannot hold a ledger, or null: shallow and partial clones lack history. */
  unfit(): Promise<{ readonly code: 'SHALLOW_CLONE' | 'PARTIAL_CLONE' | 'GIT_OLD'; readonly message: string; readonly fix: string } | null>;
}
