import type { Clock } from '../../ports/clock.ts';
import type { Processes } from '../../ports/process.ts';
import type { Random } from '../../ports/random.ts';
import type { GitRepo } from '../git-store/environment.ts';
import type { HashFormat } from './oid.ts';
import type { Reader } from './reader.ts';
import type { Trees } from './trees.ts';

/** What every part of this adapter works with. */
export interface Context {
  /** The shared repository's common folder. */
  readonly shared: GitRepo;
  /** The quarantine, with an empty folder as cwd: git reads attributes from its cwd. */
  readonly quarantine: GitRepo;
  /** The main worktree's folder when it is known from where coo was started, else null. */
  readonly mainWorktree: string | null;
  /** The operator's environment, for git in their own worktrees. */
  readonly operatorEnv: Readonly<Record<string, string | undefined>>;
  readonly format: HashFormat;
  /** Sees the quarantine and, by its alternates, the shared store. */
  readonly reader: Reader;
  readonly trees: Trees;
  readonly random: Pick<Random, 'hex'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly processes: Pick<Processes, 'self' | 'life' | 'killTree'>;
}

/** Objects in the quarantine need no fsync: each can be imported or made again, and `promote` is durable. */
export const NOT_DURABLE: readonly string[] = ['-c', 'core.fsync=none'];
