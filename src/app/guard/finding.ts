import type { Oid } from '../../ports/git-store.ts';

/** `error` denies; `warning` and `note` are only told. */
export type Severity = 'error' | 'warning' | 'note';

/** One thing that a rule has to say about a change. */
export interface GuardFinding {
  readonly code: string;
  readonly severity: Severity;
  /** The file it is about; null = the commit as a whole, or the range. */
  readonly path: string | null;
  /** Line in that file, from 1, where it is known. */
  readonly line?: number;
  /** The commit that brought it; null = what is staged, or the range. */
  readonly commit: Oid | null;
  readonly message: string;
  readonly fix: string;
}
