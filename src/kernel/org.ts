import type { Cmd } from './plan.ts';
import type { SeatId } from './ids.ts';
import type { Limits } from './limits.ts';

export type Mode = 'dev' | 'governed';
/** What runs a seat's steps: the coordinator's shell, a person, or an agent that works through the bus by itself. */
export type HarnessKind = 'shell' | 'person' | 'bus';

export interface Seat {
  readonly seat: SeatId;
  /** The name in coo.yaml before `count` was expanded. */
  readonly group: string;
  readonly roles: readonly string[];
  readonly harness: HarnessKind;
  /** Who starts its attempts: the manager, or a `coo work` process. Default `manager`. */
  readonly starts?: 'manager' | 'worker';
  /** It joined by itself, and nobody has listed it yet. */
  readonly guest?: true;
  readonly email?: string;
  readonly login?: readonly string[];
}

/** What setup makes, kept for attempts that would make the same: `key` names the files that tell, `paths` what is kept. */
export interface SetupCache {
  readonly key: readonly string[];
  readonly paths: readonly string[];
}

/** `coo.yaml`, checked and expanded: seats one by one, every limit filled in. */
export interface Org {
  readonly mode: Mode;
  readonly seats: readonly Seat[];
  /** Whether seats may join by themselves, as guests. Default no. */
  readonly seats_open?: boolean;
  /** Names a step may ask for; PATH, HOME, LANG when absent. */
  readonly env: readonly string[];
  readonly workspace: { readonly setup: readonly Cmd[]; readonly ports: number; readonly cache?: SetupCache };
  /** Checks of every step that does not name its own. */
  readonly checks: { readonly before: readonly Cmd[]; readonly after: readonly Cmd[] };
  readonly limits: Limits;
  readonly breaker: { readonly failures: number; readonly cooldown_ms: number };
  readonly notify: readonly (readonly string[])[];
  /** Prefix of plan branches and of the ledger's branch; `coo` by default. */
  readonly branch_prefix: string;
  /** Default branch of plans that name none; a short branch name. */
  readonly target: string;
  /** Default integration of plans that name none. */
  readonly integrate: 'none' | 'merge' | 'pull_request';
}
