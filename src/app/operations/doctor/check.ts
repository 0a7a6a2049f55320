import type { Seat } from '../../../kernel/org.ts';
import type { Machine } from '../../../ports/machine.ts';
import type { LedgerSession } from '../../ledger/session.ts';
import type { LedgerWorld, World } from '../../world.ts';

/** What is looked at, in the order in which it is told. */
export const CHECKS = ['node', 'git', 'repository', 'files', 'watches', 'clock', 'disk', 'locks', 'home', 'ledger', 'refs', 'cache', 'quarantine', 'mirror', 'excludes', 'config', 'key', 'seats', 'sandbox', 'agents', 'manager', 'notify', 'leftovers'] as const;

export type CheckName = (typeof CHECKS)[number];

/** `warn` goes on working; `bad` does not, or will not; `skipped` could not be looked at, for a reason that is told. */
export type Standing = 'ok' | 'warn' | 'bad' | 'skipped';

/** How one thing stands. */
export interface Finding {
  readonly check: CheckName;
  readonly state: Standing;
  readonly message: string;
  /** What to type or do. */
  readonly fix?: string;
  /** What `--repair` does about it. */
  readonly repair?: string;
}

/** A finding with its mend: safe beside living processes, and again where nothing is wrong any more. Says what it did; throws when it could not. */
export interface Found extends Omit<Finding, 'repair'> {
  readonly mend?: { readonly what: string; readonly run: () => Promise<string> };
}

/** What every check gets. */
export interface Patient {
  readonly machine: Machine;
  readonly world: LedgerWorld;
  /** The worktrees of the repository. */
  readonly worktrees: readonly string[];
  /** The ledger, every plan in it; undefined before init, and where it does not open. */
  readonly session: LedgerSession | undefined;
  /** Why it does not open. */
  readonly closed: unknown;
  /** Only this seat is looked at, or the seats of this group. */
  readonly seat?: string;
  /** Everything, for a mend that needs more than the ledger; closed by the doctor. */
  readonly whole: () => Promise<World>;
}

export type Check = (patient: Patient) => Promise<readonly Found[]>;

/** Whether a check that is asked for `only` one seat, or one group as coo.yaml names it, means this one. */
export function isMeant({ seat, group }: Seat, only: string | undefined): boolean {
  return only === undefined || only === seat || only === group;
}

/** A skipped check, for those that need a ledger. */
export function needsLedger(check: CheckName): readonly Found[] {
  return [{ check, state: 'skipped', message: 'there is no ledger to look into' }];
}
