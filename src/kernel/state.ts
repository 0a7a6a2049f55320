import type { Approval } from './approval.ts';
import type { Charges } from './charges.ts';
import type { BreakerCause, ClaimKind, Conflict, Finding, Scope, SpoolMark } from './event.ts';
import type { EndedRun } from './ended-run.ts';
import type { Heap, HeapEntry } from './heap.ts';
import { newHeap } from './heap.ts';
import type { Digest, Fence, Millis, Oid, OrderId, PlanId, SeatId, StepId, StepKey } from './ids.ts';
import type { Org, Seat } from './org.ts';
import type { Plan, Step } from './plan.ts';
import type { Signers } from './signers.ts';
import type { DaySpent, Reserved, Spent } from './spending.ts';
import type { TargetFault, Unfit } from './unfit.ts';

export const STEP_STATUSES = ['waiting', 'ready', 'claimed', 'running', 'checking', 'done', 'failed', 'blocked', 'cancelled'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];
export type PlanStatus = 'draft' | 'active' | 'done' | 'failed' | 'blocked' | 'cancelled';

/** One step as the fold left it. Changed in place by `apply` alone. */
export interface StepState {
  /** `<plan_id>/<step_id>`, made once: every event looks its claim up by it. */
  readonly key: StepKey;
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  /** As the last revision says. */
  spec: Step;
  /** Place in the plan, from 0. */
  index: number;
  /** Over all its attempts. */
  spent: Spent;
  status: StepStatus;
  /** The last fence granted; 0 = never claimed. */
  fence: Fence;
  /** Dependencies that are not done. */
  open_deps: number;
  /** Attempts that failed and were charged. */
  failures: number;
  /** Attempts lost in a row. */
  losses: number;
  /** Back-off: not granted before this wall time. */
  ready_at_ms: Millis | null;
  /** The fence whose worker must be seen dead before the next grant. */
  stopping: Fence | null;
  /** The seat of that fence, where the ledger does not know yet what it used. */
  unaccounted: SeatId | null;
  /** Why it is blocked, failed or cancelled. */
  why: string | null;
  findings: readonly Finding[];
  /** Paths of run receipts, oldest first. */
  receipts: string[];
  /** Fences whose own report was taken, accepted or not; a lost one is not among them. */
  settled: Fence[];
  progress: string | null;
  accepted: { readonly commit: Oid | null; readonly plan_after: Oid } | null;
  /** The seat it is kept for by a person's word. */
  assigned: SeatId | null;
  /** Who holds what it may write to: it is ready, and not granted before that claim ends. */
  behind: StepKey | null;
  /** What it waits to be told. */
  question: Question | null;
  answers: Answered[];
  /** Why its last attempt did not merge. */
  conflict: Conflict | null;
  /** The step that takes back what this one merged. */
  undone_by: StepId | null;
  /** The step that this one takes back: coo added it, and no revision removes it. */
  undoes: StepId | null;
  /** Its place among the ready ones; null when it is not to be granted. */
  queued: ReadyEntry | null;
  timer: TimerEntry | null;
}

export interface Question {
  readonly fence: Fence;
  readonly seat: SeatId;
  readonly to: string;
  readonly text: string;
  readonly at_ms: Millis;
}
export interface Answered {
  readonly question: string;
  readonly answer: string;
  readonly by: string;
}

export type Integration =
  | { readonly kind: 'open' }
  | { readonly kind: 'blocked'; readonly code: string; readonly message: string; readonly paths: readonly string[] }
  /** `closed`: the pull request that was closed without a merge. */
  | { readonly kind: 'awaiting_merge'; readonly closed?: string }
  | { readonly kind: 'done'; readonly before: Oid | null; readonly after: Oid | null };

export interface PlanState {
  plan: Plan;
  /** sha256 of the bytes of its file, the newest revision's: the one digest that a plan has. */
  digest: Digest;
  revision: number;
  /** Its file in `_plans`, where the ledger knows it. */
  readonly file: string | null;
  /** How many plans were accepted before it: its age. */
  readonly age: number;
  readonly accepted_at_ms: Millis;
  readonly by: string;
  readonly base: Oid | null;
  /** Where the plan's branch stands; null = not born. */
  tip: Oid | null;
  cancelled: string | null;
  /** Of every text that it had. */
  approvals: readonly Approval[];
  /** Why nothing of it is granted, where its target was seen gone or rewritten. */
  target_fault: TargetFault | null;
  integration: Integration;
  spent: Spent;
  /** A revision that waits until the steps it changes are free. */
  wanted: { readonly digest: Digest; readonly steps: readonly StepId[]; readonly by: string } | null;
  readonly steps: Map<StepId, StepState>;
  /** Last fences of steps that a revision removed: if one comes back, it goes on from there. */
  readonly retired: Map<StepId, Fence>;
  /** Steps that stand behind a step at work. */
  readonly behind: Map<StepId, StepId[]>;
  /** Who waits for a step. */
  readonly dependents: Map<StepId, StepId[]>;
  readonly counts: Record<StepStatus, number>;
  /** Steps that wait for judgement, first come first. */
  readonly checking: StepId[];
  /** Whether its ready steps are kept out of the queue (paused or its breaker open). */
  parked: boolean;
}

/** A live claim. */
export interface Claim {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly fence: Fence;
  readonly seat: SeatId;
  readonly nonce: string;
  readonly kind: ClaimKind;
  readonly lease_ms: number;
  readonly at_ms: Millis;
  readonly start: Oid | null;
  readonly token_sha256: Digest;
  readonly started_by_manager: boolean;
  /** What it may use, held for it while it lives. */
  readonly reserved: Reserved;
  renewals: number;
  asked: boolean;
  /** The worker process that announced itself. */
  worker: string | null;
  reported: { readonly commit: Oid | null } | null;
  /** What it used is in the ledger. */
  accounted: boolean;
}

export interface SeatState {
  readonly seat: Seat;
  claim: StepKey | null;
  /** The number of the last grant it got; orders idle seats fairly. */
  last_grant: number;
}

export type Breaker =
  | { readonly kind: 'open'; readonly reason: string; readonly until_ms: Millis | null; readonly trips: number; readonly by: string; readonly cause?: BreakerCause }
  | { readonly kind: 'half_open'; readonly reason: string; readonly trips: number; readonly by: string; readonly cause?: BreakerCause; probe: StepKey | null };

/** What the ledger keeps of a baseline; the rest is in its file. */
export interface Snapshot {
  readonly name: string;
  /** The last entry that it holds, and that entry's commit. */
  readonly seq: number;
  readonly head: Oid;
  readonly digest: Digest;
  readonly tag: Oid;
  readonly by: string;
  readonly at_ms: Millis;
}

/** Since when everything stands still, in whose word, and the entry that says so. */
export interface Frozen {
  readonly by: string;
  readonly reason: string;
  readonly at_ms: Millis;
  readonly seq: number;
}

export interface ReadyEntry extends HeapEntry {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly pool: string;
}
export interface Parked {
  readonly until_ms: Millis;
  readonly why: 'quota' | 'budget';
  readonly reason: string;
}
export type TimerOf = { readonly kind: 'backoff'; readonly plan_id: PlanId; readonly step_id: StepId } | { readonly kind: 'breaker'; readonly scope: Scope } | { readonly kind: 'seat'; readonly group: SeatId };
export interface TimerEntry extends HeapEntry {
  readonly of: TimerOf;
}

/** An effect that is allowed and whose outcome is not yet a fact. Its key is what makes it idempotent. */
export type Command =
  | { readonly kind: 'start'; readonly key: string; readonly order_id: OrderId; readonly plan_id: PlanId; readonly step_id: StepId; readonly fence: Fence; readonly seat: SeatId }
  | { readonly kind: 'stop'; readonly key: string; readonly order_id: OrderId; readonly plan_id: PlanId; readonly step_id: StepId; readonly fence: Fence }
  | { readonly kind: 'judge'; readonly key: string; readonly order_id: OrderId; readonly plan_id: PlanId; readonly step_id: StepId; readonly fence: Fence; readonly commit: Oid | null; readonly plan_tip: Oid | null }
  | { readonly kind: 'integrate'; readonly key: string; readonly plan_id: PlanId; readonly target: string; readonly how: Plan['integrate'] };

/** All facts, and the indexes that make the next decision cheap. */
export interface State {
  ledger: string | null;
  object_format: 'sha1' | 'sha256';
  /** Where the ledger was last moved to, in the words of that move; null = it is where it began. Nobody else may append. */
  home: string | null;
  epoch: { readonly number: number; readonly manager: string; readonly at_ms: Millis; ended: boolean } | null;
  org: Org | null;
  org_digest: Digest | null;
  signers: Signers | null;
  policy_approvals: readonly Approval[];
  readonly plans: Map<PlanId, PlanState>;
  /** Lower-cased plan id -> the id as accepted; holds every plan there ever was. */
  readonly names: Map<string, PlanId>;
  readonly seats: Map<SeatId, SeatState>;
  /** Seats that joined by themselves and are not in the organisation. */
  readonly guests: Map<SeatId, Seat>;
  readonly claims: Map<StepKey, Claim>;
  readonly breakers: Map<Scope, Breaker>;
  /** Groups of seats that get nothing for a time. */
  readonly parked: Map<SeatId, Parked>;
  readonly parked_timers: Map<SeatId, TimerEntry>;
  /** Groups whose attempts lack something. */
  readonly unfit: Map<SeatId, Unfit>;
  /** What agents used on the day that anything was last used. */
  day: DaySpent | null;
  /** Against plans. */
  readonly charges: Map<PlanId, Charges>;
  /** The newest runs that ended and that no breaker has acted on, the oldest first. */
  recent: EndedRun[];
  readonly paused: Map<Scope, { readonly by: string; readonly reason: string }>;
  /** Baselines that were taken, by name. */
  readonly snapshots: Map<string, Snapshot>;
  /** While it is set no effect is owed but the end of workers. */
  frozen: Frozen | null;
  spool: SpoolMark;
  /** The entry that the committed views are as of. */
  checkpoint: number;
  grants: number;
  /** Beating claims, and workers that still have to be seen dead. */
  workers: number;
  readonly ready: Map<string, Heap<ReadyEntry>>;
  readonly timers: Heap<TimerEntry>;
  readonly owed: Map<string, Command>;
  readonly breaker_timers: Map<Scope, TimerEntry>;
}

export function emptyState(): State {
  return {
    ledger: null,
    object_format: 'sha1',
    home: null,
    epoch: null,
    org: null,
    org_digest: null,
    signers: null,
    policy_approvals: [],
    plans: new Map(),
    names: new Map(),
    seats: new Map(),
    guests: new Map(),
    claims: new Map(),
    breakers: new Map(),
    parked: new Map(),
    parked_timers: new Map(),
    unfit: new Map(),
    day: null,
    charges: new Map(),
    recent: [],
    paused: new Map(),
    snapshots: new Map(),
    frozen: null,
    spool: { epoch: 0, number: 0 },
    checkpoint: 0,
    grants: 0,
    workers: 0,
    ready: new Map(),
    timers: newHeap(),
    owed: new Map(),
    breaker_timers: new Map(),
  };
}

export function findStep(state: State, plan_id: PlanId, step_id: StepId): StepState | undefined {
  return state.plans.get(plan_id)?.steps.get(step_id);
}

/** Done, but not on evidence: a person skipped it or said so, and nothing of it was merged. */
export function isByWord({ status, accepted }: Pick<StepState, 'status' | 'accepted'>): boolean {
  return status === 'done' && accepted === null;
}
