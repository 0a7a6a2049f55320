import type { Digest, Fence, Millis, Oid, PlanId, SeatId, StepId, StepKey } from './ids.ts';
import type { Org } from './org.ts';
import type { Plan, Step } from './plan.ts';
import type { Signers } from './signers.ts';

/** One thing the evidence lacks or shows wrong. Codes are stable; `path` is the file it is about. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

/** How an attempt that was not accepted goes on. */
export type Next =
  | { readonly kind: 'retry'; readonly ready_at_ms: Millis }
  | { readonly kind: 'fail' }
  | { readonly kind: 'block'; readonly reason: string };

/** A claim is kept alive by a harness's heartbeats, or held by somebody for a time. */
export type ClaimKind = 'beating' | 'held';
/** `parked`: the agent's provider takes no more until a time that it named; nobody's failure. */
export type RunResult = 'passed' | 'failed' | 'blocked' | 'cancelled' | 'timed_out' | 'parked' | 'lost';

/** Two changes that do not merge. Paths, each list at most `MAX_CONFLICT_PATHS` long. */
export interface Conflict {
  /** What both changed. */
  readonly paths: readonly string[];
  /** What the attempt changed. */
  readonly ours: readonly string[];
  /** What came into the plan's branch since the attempt began. */
  readonly theirs: readonly string[];
}

/** How a forge brought a plan's branch into its target; `merge` keeps the branch's commits, the others make new ones. */
export type MergeKind = 'merge' | 'squash' | 'rebase';

/** Which part of the ledger's work a pause or a breaker stops. Of a seat, its group: the name in coo.yaml. */
export type Scope = 'all' | PlanId | `seat:${string}` | `harness:${string}`;

/** Why a breaker opened by itself. `budget`, `ledger` and `guard` are for a person to close; `disk` closes once there is room. */
export type BreakerCause = 'rate' | 'alike' | 'repeats' | 'empty' | 'undone' | 'budget' | 'ledger' | 'guard' | 'disk';

/** What can be wrong with the branch that a plan goes into. */
export type TargetCode = 'TARGET_GONE' | 'TARGET_REWRITTEN';

/** In `_plans`: who works here and how; whose keys count. */
export type PolicyName = 'coo.yaml' | 'signers.yaml';

interface OfStep {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
}
interface OfAttempt extends OfStep {
  readonly fence: Fence;
}

/**
 * Everything that can be a fact. What `apply` reads is in the event itself.
 * Fields are spelled as in the files; times ending in `_at_ms` are wall-clock milliseconds of the writer.
 */
export type Event =
  | { readonly type: 'ledger.started'; readonly ledger: string; readonly object_format: 'sha1' | 'sha256'; readonly at_ms: Millis }
  | { readonly type: 'epoch.began'; readonly epoch: number; readonly manager: string; readonly at_ms: Millis }
  | { readonly type: 'epoch.ended'; readonly epoch: number; readonly at_ms: Millis }
  | { readonly type: 'org.set'; readonly digest: Digest; readonly org: Org }
  | ({ readonly type: 'signers.set' } & Signers)
  | { readonly type: 'plan.accepted'; readonly plan: Plan; readonly digest: Digest; readonly revision: number; readonly base: Oid | null; readonly at_ms: Millis; readonly by: string; /** Its file in `_plans`. */ readonly file?: string }
  /** The plan as it stands from here on, the steps that coo added itself among them. */
  | { readonly type: 'plan.revised'; readonly plan: Plan; readonly digest: Digest; readonly revision: number; readonly at_ms: Millis; readonly by: string }
  /** A revision that would change steps somebody holds: it is offered again when they are free. */
  | { readonly type: 'revision.waits'; readonly plan_id: PlanId; readonly digest: Digest; readonly steps: readonly StepId[]; readonly by: string }
  /** `sshsig`: over `policyApprovalText`. */
  | { readonly type: 'policy.approved'; readonly file: PolicyName; readonly digest: Digest; readonly by: string; readonly sshsig: string; readonly at_ms: Millis }
  /** `sshsig`: the approver's signature over `approvalText`; null = nobody asked for one. */
  | { readonly type: 'plan.approved'; readonly plan_id: PlanId; readonly digest: Digest; readonly by: string; readonly sshsig: string | null; readonly at_ms: Millis }
  | { readonly type: 'plan.cancelled'; readonly plan_id: PlanId; readonly reason: string; readonly by: string }
  | { readonly type: 'plan.integrated'; readonly plan_id: PlanId; readonly target: string; readonly before: Oid | null; readonly after: Oid | null }
  | { readonly type: 'plan.awaiting_merge'; readonly plan_id: PlanId }
  /** Somebody else merged it: `commit` is where the target stood then, `kind` null where nothing tells it. */
  | { readonly type: 'plan.merged_elsewhere'; readonly plan_id: PlanId; readonly target: string; readonly commit: Oid; readonly kind: MergeKind | null }
  /** The pull request of a plan that awaits its merge was closed without one; `where` names it. */
  | { readonly type: 'plan.merge_closed'; readonly plan_id: PlanId; readonly where: string }
  | { readonly type: 'integration.blocked'; readonly plan_id: PlanId; readonly code: string; readonly message: string; readonly paths: readonly string[] }
  | { readonly type: 'integration.retried'; readonly plan_id: PlanId; readonly by: string; readonly reason: string }
  | (OfStep & { readonly type: 'step.ready' })
  | (OfAttempt & {
      readonly type: 'step.claimed';
      readonly seat: SeatId;
      readonly nonce: string;
      readonly kind: ClaimKind;
      readonly lease_ms: number;
      readonly start: Oid | null;
      readonly at_ms: Millis;
      readonly token_sha256: Digest;
      /** False when the holder's seat starts its own worker (or is a person): the manager then owes no start. */
      readonly started_by_manager: boolean;
    })
  /** It may write where the holder of `behind` writes: not granted before that claim ends. */
  | (OfStep & { readonly type: 'step.deferred'; readonly behind: StepKey })
  | (OfAttempt & { readonly type: 'claim.renewed'; readonly renewals: number; readonly authenticated: boolean })
  | (OfAttempt & { readonly type: 'claim.asked' })
  | (OfAttempt & { readonly type: 'claim.released'; readonly reason: string; readonly next: Next })
  | (OfAttempt & { readonly type: 'claim.expired'; readonly next: Next })
  /** A person took it back from its holder. */
  | (OfAttempt & { readonly type: 'claim.revoked'; readonly by: string; readonly reason: string })
  | (OfAttempt & { readonly type: 'question.asked'; readonly to: string; readonly text: string; readonly at_ms: Millis })
  | (OfAttempt & { readonly type: 'question.answered'; readonly text: string; readonly by: string; readonly at_ms: Millis })
  | (OfAttempt & { readonly type: 'run.started'; readonly worker: string })
  | (OfAttempt & { readonly type: 'run.progress'; readonly text: string })
  | (OfAttempt & { readonly type: 'run.reported'; readonly commit: Oid | null; readonly authenticated: boolean })
  | (OfAttempt & { readonly type: 'run.returned'; readonly findings: readonly Finding[] })
  | (OfAttempt & {
      readonly type: 'run.accepted';
      readonly commit: Oid | null;
      readonly plan_before: Oid | null;
      readonly plan_after: Oid;
      readonly receipt: string;
    })
  | (OfAttempt & { readonly type: 'run.ended'; readonly result: Exclude<RunResult, 'passed' | 'lost'>; readonly findings: readonly Finding[]; readonly next: Next; readonly receipt: string; readonly fingerprint: string; readonly conflict?: Conflict; /** It changed nothing and said nothing. */ readonly empty?: true })
  /** What an agent used. `micro_usd` is null where nobody named a price. */
  | (OfAttempt & { readonly type: 'run.spent'; readonly group: SeatId; readonly tokens: number; readonly micro_usd: number | null; readonly at_ms: Millis })
  /** What an attempt took that ended, where a budget counts it. `lines`: of its change, where that was accepted. */
  | (OfAttempt & { readonly type: 'run.counted'; readonly group: SeatId; readonly wall_ms: number; readonly lines: number; readonly at_ms: Millis })
  | (OfAttempt & { readonly type: 'run.lost'; readonly why: string; readonly next: Next; readonly receipt: string })
  | (OfAttempt & { readonly type: 'worker.stopped'; readonly survivors: number })
  | (OfAttempt & { readonly type: 'late.refused'; readonly what: string; readonly digest: Digest })
  | (OfStep & { readonly type: 'step.blocked'; readonly reason: string; readonly by: string })
  | (OfStep & { readonly type: 'step.retried'; readonly by: string; readonly reason: string })
  | (OfStep & { readonly type: 'step.overridden'; readonly to: 'done' | 'failed' | 'blocked'; readonly by: string; readonly reason: string })
  | (OfStep & { readonly type: 'step.skipped'; readonly by: string; readonly reason: string })
  /** Kept for one seat from here on, whatever its plan says; null = as its plan says again. */
  | (OfStep & { readonly type: 'step.reassigned'; readonly seat: SeatId | null; readonly by: string; readonly reason: string })
  /** What it merged is taken back by a new step, which runs its `rollback`. */
  | (OfStep & { readonly type: 'step.undone'; readonly undo: Step; readonly by: string; readonly reason: string })
  | { readonly type: 'seat.joined'; readonly seat: SeatId; readonly roles: readonly string[]; readonly at_ms: Millis }
  /** Seats of this group get nothing until then. */
  | { readonly type: 'seat.parked'; readonly group: SeatId; readonly until_ms: Millis; readonly why: 'quota' | 'budget'; readonly reason: string }
  | { readonly type: 'seat.unparked'; readonly group: SeatId }
  /** What its attempts need is not there: the manager gives it nothing until it is. */
  | { readonly type: 'seat.unfit'; readonly group: SeatId; readonly code: string; readonly message: string; readonly fix: string }
  | { readonly type: 'seat.fit'; readonly group: SeatId }
  /** The branch that a plan goes into is gone, or no longer holds what the plan began from: nothing of the plan is granted until it does. */
  | { readonly type: 'target.unfit'; readonly plan_id: PlanId; readonly code: TargetCode; readonly message: string; readonly fix: string }
  | { readonly type: 'target.fit'; readonly plan_id: PlanId }
  | { readonly type: 'home.moved'; readonly to: string; readonly by: string; readonly reason: string }
  | { readonly type: 'paused'; readonly scope: Scope; readonly by: string; readonly reason: string }
  | { readonly type: 'resumed'; readonly scope: Scope; readonly by: string; readonly reason: string }
  /** No effect is carried out from here on; `seq`: the entry that says so. */
  | { readonly type: 'frozen'; readonly seq: number; readonly by: string; readonly reason: string; readonly at_ms: Millis }
  | { readonly type: 'thawed'; readonly by: string; readonly reason: string }
  /** A baseline: the ledger up to entry `seq`, whose commit is `head`. `digest` is that of its file, `tag` the tag object that seals the same. */
  | { readonly type: 'snapshot.taken'; readonly name: string; readonly seq: number; readonly head: Oid; readonly digest: Digest; readonly tag: Oid; readonly by: string; readonly reason: string; readonly at_ms: Millis }
  /** The plan stands as it did at a snapshot: its branch has one more commit where that differs, steps are open again, those that coo added since are dropped. */
  | { readonly type: 'plan.rolled_back'; readonly plan_id: PlanId; readonly snapshot: string; readonly before: Oid | null; readonly after: Oid | null; readonly reopened: readonly StepId[]; readonly dropped: readonly StepId[]; readonly by: string; readonly reason: string }
  /** `cause` absent: failures in a row, a trial that failed, or a person. */
  | { readonly type: 'breaker.opened'; readonly scope: Scope; readonly reason: string; readonly until_ms: Millis | null; readonly trips: number; readonly by: string; readonly cause?: BreakerCause }
  | { readonly type: 'breaker.half_opened'; readonly scope: Scope }
  | { readonly type: 'breaker.closed'; readonly scope: Scope; readonly by: string; readonly reason: string }
  | { readonly type: 'message.refused'; readonly name: string; readonly what: string; readonly code: string; readonly message: string }
  | { readonly type: 'message.taken'; readonly mark: SpoolMark }
  /** The views were committed as of the entry before this one. */
  | { readonly type: 'checkpointed'; readonly as_of: number }
  | { readonly type: 'noted'; readonly by: string; readonly text: string; readonly plan_id?: PlanId; readonly step_id?: StepId };

export type EventType = Event['type'];
export type EventOf<T extends EventType> = Extract<Event, { readonly type: T }>;

/** How far the spool of taken messages is handled: names are `<epoch>.<number>`, both only grow. */
export interface SpoolMark {
  readonly epoch: number;
  readonly number: number;
}
