import type { LedgerSession } from '../ledger/session.ts';

/** How a manager is run. */
export interface ManagerOptions {
  /** `forever`; until nothing goes on without people; or one look and what it starts. */
  readonly until: 'stopped' | 'idle' | 'once';
  /** Every worktree of the repository, the one it runs in first; asked again now and then. */
  readonly worktrees: () => Promise<readonly string[]>;
  readonly version: string;
  /** The text of `_bus/README.md`, which is put back where it is missing. Undefined = it is not. */
  readonly page?: string | undefined;
  /** Aborted by the first Ctrl-C: no new assignments, leave when what runs is done. */
  readonly drain: AbortSignal;
  /** Aborted by the second: leave now; workers outlive us and are adopted by the next. */
  readonly stop: AbortSignal;
  /** Take over from whoever manages now, at once. */
  readonly takeover?: boolean;
  /** With `until: idle`: a provider's limit that ends within this time is waited for, in milliseconds. */
  readonly waitMs?: number;
  /** How long a manager's beat may stand still before another takes over, in milliseconds of the other's monotonic time. The same for all managers of a home. */
  readonly leaseMs?: number;
  /** Called after each turn, for a board that repaints. */
  readonly onTurn?: (session: LedgerSession) => void;
}

/** Why it left. */
export interface ManagerEnd {
  readonly exit: number;
  readonly why: string;
}
