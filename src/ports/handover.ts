import type { Oid } from './git-store.ts';

/** A ref of the repository that hands over, and how the one of that name here stands to it. */
export interface Handed {
  readonly ref: string;
  readonly id: Oid;
  readonly here: Oid | null;
  /** `behind`: ours can follow by additions alone; `ahead`: theirs could; `apart`: neither. */
  readonly stands: 'absent' | 'same' | 'behind' | 'ahead' | 'apart';
  /** The worktree that has it checked out here, or null. */
  readonly checkedOut: string | null;
}

/** Brings refs from one repository on this machine into another, objects first. */
export interface Handover {
  /**
   * Every object of the refs below these prefixes (`refs/coo`, `refs/heads/coo`) is durable here when it resolves. No ref of either side is moved.
   * `from` is the git folder of the other repository.
   */
  fetch(from: string, prefixes: readonly string[]): Promise<readonly Handed[]>;
}
