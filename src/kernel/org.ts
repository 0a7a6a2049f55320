import type { Cmd } from './plan.ts';
import type { SeatId } from './ids.ts';
import type { Limits } from './limits.ts';

export type Mode = 'dev' | 'governed';
/** Agent programs that coo starts itself: two by name, any that speaks the Agent Client Protocol, and any that reads a work order and answers JSON lines. */
export type AgentKind = 'claude' | 'codex' | 'acp' | 'command';
/** What runs a seat's steps: the coordinator's shell, a person, an agent that works through the bus by itself, or an agent program. */
export type HarnessKind = 'shell' | 'person' | 'bus' | AgentKind;
/** How much a seat's attempts are confined: not, where the machine can, or not at all without. */
export type Confined = 'off' | 'auto' | 'required';

/** How a seat's agent program is run. */
export interface AgentOptions {
  /** Program and first arguments; the program's own name where absent. */
  readonly command?: readonly string[];
  readonly model?: string;
  readonly effort?: 'low' | 'medium' | 'high';
  /** What it may use without asking, as the program names them. */
  readonly tools?: readonly string[];
  readonly max_turns?: number;
}

/** What may be used: by agents tokens and money (a subscription has no price, so tokens count too), by every attempt that coo runs the rest. */
export interface Allowance {
  /** Of every kind, those read from a cache too. */
  readonly tokens?: number;
  /** US dollars. */
  readonly usd?: number;
  readonly attempts?: number;
  /** Of all attempts together, each from its grant to its end. */
  readonly wall_ms?: number;
  /** Added and removed by what is accepted. */
  readonly lines?: number;
}

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
  /** Names of variables, and files under the home folder (`~/...`), that reach its attempts and nobody else's. */
  readonly login?: readonly string[];
  readonly agent?: AgentOptions;
  /** Of the whole group, a day (UTC). */
  readonly budget?: Allowance;
  /** Default `off`. */
  readonly sandbox?: Confined;
  /** Hosts that confined attempts may reach. Absent = none. */
  readonly network?: readonly string[];
}

/** Whether a harness is an agent program that coo starts. */
export function isAgent(kind: HarnessKind): kind is AgentKind {
  return kind === 'claude' || kind === 'codex' || kind === 'acp' || kind === 'command';
}

/** What setup makes, kept for attempts that would make the same: `key` names the files that tell, `paths` what is kept. */
export interface SetupCache {
  readonly key: readonly string[];
  readonly paths: readonly string[];
}

/** When a breaker opens by itself. A count that is absent, or 0, is not made. */
export interface BreakerLimits {
  /** Distinct steps that failed since the last success. */
  readonly failures: number;
  /** How long it stays open the first time; doubles with each trial that fails. */
  readonly cooldown_ms: number;
  /** Percent of the last `window` runs of a scope that failed, once half of these are there. */
  readonly rate?: number;
  /** Runs, not time. */
  readonly window?: number;
  /** Distinct steps whose last run failed in the same way. */
  readonly alike?: number;
  /** Runs of one step in a row that failed in the same way. */
  readonly repeats?: number;
  /** Attempts of one seat in a row that changed nothing and said nothing. */
  readonly empty?: number;
  /** Steps of one plan that were accepted and taken back again. */
  readonly undone?: number;
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
  readonly breaker: BreakerLimits;
  /** Approvers that a plan needs in governed mode; 1 when absent. */
  readonly approvals?: number;
  readonly notify: readonly (readonly string[])[];
  /** Templates of agents' prompts by role, in place of those that coo brings. */
  readonly prompts?: Readonly<Record<string, string>>;
  /** Prefix of plan branches and of the ledger's branch; `coo` by default. */
  readonly branch_prefix: string;
  /** Default branch of plans that name none; a short branch name. */
  readonly target: string;
  /** Default integration of plans that name none. */
  readonly integrate: 'none' | 'merge' | 'pull_request';
}
