import type { Conflict, Finding, MergeKind, RunResult, Scope, SpoolMark, PolicyName } from './event.ts';
import type { Digest, Fence, Millis, Oid, PlanId, SeatId, StepId } from './ids.ts';
import type { Org } from './org.ts';
import type { Plan } from './plan.ts';
import type { Signers } from './signers.ts';
import type { StepStatus } from './state.ts';
import type { TargetFault, Unfit } from './unfit.ts';

interface Timed {
  readonly at_ms: Millis;
}
interface OfStep extends Timed {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
}
interface OfAttempt extends OfStep {
  readonly fence: Fence;
}
/** Who did it by hand, and why; ends up in the event. */
interface ByHand {
  readonly by: string;
  readonly reason: string;
}
/** What a message shows of the token that its claim was granted with: the token's sha256, or nothing. */
interface Shown {
  readonly token_sha256?: Digest;
}

/** What an agent used in one attempt: tokens of every kind, and millionths of a US dollar where there is a price. */
export interface Usage {
  readonly tokens: number;
  readonly micro_usd: number | null;
}

/** Everything that can be asked of the kernel or told to it. Recorded in the entry whose events it led to. */
export type Input =
  | (Timed & { readonly type: 'start'; readonly ledger: string; readonly object_format: 'sha1' | 'sha256' })
  /** `after`: the epoch that this manager saw ended or dead; 0 = none. */
  | (Timed & { readonly type: 'begin'; readonly manager: string; readonly after: number })
  | (Timed & { readonly type: 'end'; readonly epoch: number })
  /** The first of a ledger, and any before approvers were asked. */
  | (Timed & { readonly type: 'organise'; readonly digest: Digest; readonly org: Org })
  | (Timed & { readonly type: 'trust' } & Signers)
  /** The organisation and the signers as their files say them now: in governed mode what weakens them waits for approvers. */
  | (Timed & { readonly type: 'reorganise'; readonly digest: Digest; readonly org: Org })
  | (Timed & { readonly type: 'retrust' } & Signers)
  | (Timed & { readonly type: 'submit'; readonly plan: Plan; readonly digest: Digest; readonly base: Oid | null; readonly by: string; readonly file?: string })
  /** A revision was refused because these steps are held: said in the ledger, so that both sides see it. */
  | (Timed & { readonly type: 'postpone'; readonly plan_id: PlanId; readonly digest: Digest; readonly steps: readonly StepId[]; readonly by: string })
  /** An approver's word, its signature proven. */
  | (Timed & { readonly type: 'approve'; readonly plan_id: PlanId; readonly digest: Digest; readonly by: string; readonly sshsig: string | null })
  /** The same for a text of coo.yaml or signers.yaml. */
  | (Timed & { readonly type: 'approve_policy'; readonly file: PolicyName; readonly digest: Digest; readonly by: string; readonly sshsig: string })
  | (Timed & { readonly type: 'cancel'; readonly plan_id: PlanId } & ByHand)
  /** Timers of wall time: back-offs and cool-downs that are over at `at_ms`. */
  | (Timed & { readonly type: 'tick' })
  /** Grant the best ready step to the best idle seat of the manager's. One grant at most. */
  | (Timed & { readonly type: 'assign'; readonly epoch: number; readonly nonce: string; readonly token_sha256: Digest; /** Groups of seats that nobody has looked at of late: they get nothing this time. */ readonly unsure?: readonly SeatId[] })
  | (OfStep & { readonly type: 'claim'; readonly seat: SeatId; readonly nonce: string; readonly token_sha256: Digest; readonly kind: 'beating' | 'held' })
  /** The best ready step for one seat: `coo work`, `coo next`. */
  | (Timed & { readonly type: 'take'; readonly seat: SeatId; readonly nonce: string; readonly token_sha256: Digest; readonly kind: 'beating' | 'held' })
  | (OfAttempt & { readonly type: 'renew' } & Shown)
  | (OfAttempt & { readonly type: 'release'; readonly reason: string } & Shown)
  | (OfAttempt & { readonly type: 'block'; readonly reason: string } & Shown)
  /** The holder cannot go on without an answer. The claim ends, uncharged. */
  | (OfAttempt & { readonly type: 'question'; readonly to: string; readonly text: string } & Shown)
  | (OfStep & { readonly type: 'answer'; readonly text: string; readonly by: string })
  /** The holder hands it to another seat. */
  | (OfAttempt & { readonly type: 'give'; readonly seat: SeatId; readonly reason: string } & Shown)
  | (OfAttempt & { readonly type: 'progress'; readonly text: string } & Shown)
  | (OfAttempt & { readonly type: 'done'; readonly commit: Oid | null } & Shown)
  | (OfAttempt & { readonly type: 'started'; readonly worker: string })
  /** A harness's run is over. `passed` asks for judgement; anything else ends the attempt. */
  | (OfAttempt & { readonly type: 'finished'; readonly result: Exclude<RunResult, 'lost'>; readonly commit: Oid | null; readonly findings: readonly Finding[]; readonly receipt: string; readonly fingerprint: string; /** It changed nothing and said nothing. */ readonly empty?: true; readonly question?: { readonly to: string; readonly text: string }; readonly usage?: Usage; /** Of `parked`: until when, where the provider said so. */ readonly until_ms?: Millis; /** Of `parked`: what its seat lacks, and no attempt mends. */ readonly unfit?: Unfit })
  /** The merge candidate was judged. `plan_before` is the tip it was built on. */
  | (OfAttempt & { readonly type: 'judged'; readonly plan_before: Oid | null; readonly receipt: string; readonly fingerprint: string; /** It changed nothing and said nothing. */ readonly empty?: true; /** Added and removed, where its order has a cap on them. */ readonly lines?: number; readonly verdict: Verdict })
  /** A beating worker was seen dead, or its counter stood still for a whole lease of the observer's monotonic time. */
  | (OfAttempt & { readonly type: 'lost'; readonly why: string; readonly receipt: string; /** What it had used by its worker's last word. */ readonly usage?: Usage })
  /** A held claim's lease ran out on the observer's monotonic clock; the second time, after the question, it is taken back. */
  | (OfAttempt & { readonly type: 'ran_out'; readonly renewals: number })
  /** The worker of a fence that was taken back is seen dead. `usage`: what it had used by then. */
  | (OfAttempt & { readonly type: 'stopped'; readonly survivors: number; readonly usage?: Usage })
  | (OfAttempt & { readonly type: 'late'; readonly what: string; readonly digest: Digest })
  | (Timed & { readonly type: 'integrated'; readonly plan_id: PlanId; readonly before: Oid | null; readonly after: Oid | null })
  | (Timed & { readonly type: 'awaiting_merge'; readonly plan_id: PlanId })
  /** The merge that a plan awaited was seen. */
  | (Timed & { readonly type: 'merged_elsewhere'; readonly plan_id: PlanId; readonly commit: Oid; readonly kind: MergeKind | null })
  /** The pull request of a plan that awaits its merge was closed without one: `where` names it. Null: it is open again. */
  | (Timed & { readonly type: 'closed_elsewhere'; readonly plan_id: PlanId; readonly where: string | null })
  | (Timed & { readonly type: 'integration_blocked'; readonly plan_id: PlanId; readonly code: string; readonly message: string; readonly paths: readonly string[] })
  | (OfStep & { readonly type: 'retry' } & ByHand)
  | (Timed & { readonly type: 'retry_integration'; readonly plan_id: PlanId } & ByHand)
  | (OfStep & { readonly type: 'skip' } & ByHand)
  | (OfStep & { readonly type: 'reassign'; readonly seat: SeatId | null } & ByHand)
  /** A seat takes a step from whoever holds it. */
  | (OfStep & { readonly type: 'seize'; readonly seat: SeatId; readonly nonce: string; readonly token_sha256: Digest } & ByHand)
  | (OfStep & { readonly type: 'undo' } & ByHand)
  | (Timed & { readonly type: 'join'; readonly seat: SeatId; readonly roles: readonly string[] })
  | (Timed & { readonly type: 'move_home'; readonly to: string } & ByHand)
  /** The home is lost, in a person's word: the ledger goes on in the clone that appends this. */
  | (Timed & { readonly type: 'adopt_home'; readonly to: string } & ByHand)
  | (OfStep & { readonly type: 'override'; readonly to: 'done' | 'failed' | 'blocked' } & ByHand)
  | (Timed & { readonly type: 'pause'; readonly scope: Scope } & ByHand)
  | (Timed & { readonly type: 'resume'; readonly scope: Scope } & ByHand)
  /** `seq`: the entry that it will stand in. */
  | (Timed & { readonly type: 'freeze'; readonly seq: number } & ByHand)
  | (Timed & { readonly type: 'thaw' } & ByHand)
  | (Timed & { readonly type: 'snapshot'; readonly name: string; readonly seq: number; readonly head: Oid; readonly digest: Digest; readonly tag: Oid } & ByHand)
  /** `was`: the plan at the snapshot; null = it came later. `after`: where its branch is to stand. */
  | (Timed & { readonly type: 'roll_back'; readonly plan_id: PlanId; readonly snapshot: string; readonly was: PlanThen | null; readonly after: Oid | null } & ByHand)
  /** `stop`: what runs in the scope ends as well, uncharged. */
  | (Timed & { readonly type: 'breaker'; readonly scope: Scope; readonly action: 'open' | 'close'; readonly stop?: true } & ByHand)
  /** Something went wrong that no retry mends. */
  | (Timed & { readonly type: 'incident'; readonly scope: Scope; readonly cause: 'ledger' | 'guard' | 'disk'; readonly detail: string })
  /** A look at what a group's attempts need: null = all is there. */
  | (Timed & { readonly type: 'fitness'; readonly group: SeatId; readonly fault: Unfit | null })
  /** A look at the branch that a plan goes into: null = it holds what the plan began from. */
  | (Timed & { readonly type: 'target_look'; readonly plan_id: PlanId; readonly fault: TargetFault | null })
  /** What an incident told of is mended. */
  | (Timed & { readonly type: 'recovered'; readonly cause: 'disk'; readonly detail: string })
  | (Timed & { readonly type: 'refuse'; readonly name: string; readonly what: string; readonly code: string; readonly message: string })
  | (Timed & { readonly type: 'taken'; readonly mark: SpoolMark })
  | (Timed & { readonly type: 'checkpoint'; readonly as_of: number })
  | (Timed & { readonly type: 'note'; readonly by: string; readonly text: string; readonly plan_id?: PlanId; readonly step_id?: StepId });

export type InputType = Input['type'];
export type InputOf<T extends InputType> = Extract<Input, { readonly type: T }>;

/** How a plan stood at a snapshot. */
export interface PlanThen {
  readonly cancelled: boolean;
  readonly steps: readonly StepThen[];
}
export interface StepThen {
  readonly step_id: StepId;
  readonly state: StepStatus;
  /** The merge that it was accepted with. */
  readonly merged: Oid | null;
}

/** What the coordinator found out about the merge candidate. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly plan_after: Oid }
  /** Evidence is missing or a check failed. */
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }
  /** The attempt and the branch changed the same place. */
  | { readonly kind: 'conflict'; readonly reason: string; readonly findings: readonly Finding[]; readonly conflict: Conflict }
  /** No further attempt would help: a branch moved by somebody else. A person is needed. */
  | { readonly kind: 'blocked'; readonly reason: string; readonly findings: readonly Finding[] };
