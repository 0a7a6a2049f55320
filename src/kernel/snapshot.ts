import type { EventOf } from './event.ts';
import { acceptPlan } from './apply-plan.ts';
import { setBreaker } from './apply-breaker.ts';
import { parkGroup } from './apply-spending.ts';
import { stepKey } from './ids.ts';
import type { Fence, PlanId, StepId, StepKey } from './ids.ts';
import type { Seat } from './org.ts';
import { NOTHING } from './spending.ts';
import type { Spent } from './spending.ts';
import { emptyState } from './state.ts';
import type { EndedRun } from './ended-run.ts';
import type { Breaker, Claim, Integration, Parked, PlanState, SeatState, Snapshot, State, StepState } from './state.ts';
import type { Unfit } from './unfit.ts';
import { parkOrRelease } from './parking.ts';
import { defer, enterJudgement, oweIntegration, owesStart, setBackoff, setStatus, startKey, stopKey } from './transitions.ts';

/** The state without its plans, as plain JSON: a cache of a fold, never a source. */
export interface HeadSnapshot {
  readonly ledger: string | null;
  readonly object_format: 'sha1' | 'sha256';
  readonly home: string | null;
  readonly epoch: State['epoch'];
  readonly org: State['org'];
  readonly org_digest: State['org_digest'];
  readonly signers: State['signers'];
  readonly policy_approvals: State['policy_approvals'];
  readonly names: readonly (readonly [string, PlanId])[];
  readonly seats: readonly (readonly [string, StepKey | null, number])[];
  readonly guests: readonly Seat[];
  readonly breakers: readonly (readonly [string, Breaker])[];
  readonly charges: readonly (readonly [PlanId, readonly StepId[], number])[];
  readonly recent: readonly EndedRun[];
  readonly paused: readonly (readonly [string, { readonly by: string; readonly reason: string }])[];
  readonly snapshots: readonly Snapshot[];
  readonly frozen: State['frozen'];
  readonly parked: readonly (readonly [string, Parked])[];
  readonly unfit: readonly (readonly [string, Unfit])[];
  readonly day: { readonly day: number; readonly groups: readonly (readonly [string, Spent])[]; readonly all: Spent } | null;
  readonly spool: State['spool'];
  readonly checkpoint: number;
  readonly grants: number;
  readonly workers: number;
}
/** One plan's facts; what its indexes hold is rebuilt. Steps carry only what differs from a fresh one. */
export interface PlanSnapshot {
  readonly accepted: Omit<EventOf<'plan.accepted'>, 'type'>;
  readonly age: number;
  readonly tip: string | null;
  readonly cancelled: string | null;
  readonly integration: Integration;
  readonly wanted: PlanState['wanted'];
  readonly approvals: PlanState['approvals'];
  readonly target_fault: PlanState['target_fault'];
  readonly spent: Spent;
  readonly retired: readonly (readonly [string, Fence])[];
  readonly checking: readonly string[];
  readonly steps: readonly (readonly [string, Partial<StepFacts>])[];
  readonly claims: readonly Claim[];
}
type StepFacts = Pick<StepState, 'status' | 'fence' | 'open_deps' | 'failures' | 'losses' | 'ready_at_ms' | 'stopping' | 'unaccounted' | 'why' | 'findings' | 'receipts' | 'settled' | 'progress' | 'accepted' | 'assigned' | 'behind' | 'question' | 'answers' | 'conflict' | 'undone_by' | 'undoes' | 'spent'>;

export function snapshotHead(state: State): HeadSnapshot {
  const { ledger, object_format, home, epoch, org, org_digest, signers, policy_approvals, frozen, spool, checkpoint, grants, workers } = state;
  return {
    ledger,
    object_format,
    home,
    epoch,
    org,
    org_digest,
    signers,
    policy_approvals,
    names: [...state.names],
    seats: [...state.seats.values()].map((seat: SeatState) => [seat.seat.seat, seat.claim, seat.last_grant] as const),
    guests: [...state.guests.values()],
    breakers: [...state.breakers],
    charges: Array.from(state.charges, ([plan_id, { failing, undone }]) => [plan_id, [...failing], undone] as const),
    recent: state.recent,
    paused: [...state.paused],
    snapshots: [...state.snapshots.values()],
    frozen,
    parked: [...state.parked],
    unfit: [...state.unfit],
    day: state.day === null ? null : { ...state.day, groups: [...state.day.groups] },
    spool,
    checkpoint,
    grants,
    workers,
  };
}

export function snapshotPlan(state: State, made: PlanState): PlanSnapshot {
  const { plan, digest, revision, base, accepted_at_ms, by, file, age, tip, cancelled, integration, wanted, approvals, target_fault, spent } = made;
  const steps = [...made.steps.values()].flatMap((step) => {
    const facts = factsOf(step);
    return Object.keys(facts).length === 0 ? [] : [[step.step_id, facts] as const];
  });
  const claims = [...made.steps.keys()].flatMap((id) => state.claims.get(stepKey(plan.plan_id, id)) ?? []);
  const accepted = { plan, digest, revision, base, at_ms: accepted_at_ms, by, ...(file === null ? {} : { file }) };
  return { accepted, age, tip, cancelled, integration, wanted, approvals, target_fault, spent, retired: [...made.retired], checking: made.checking, steps, claims };
}

function factsOf(step: StepState): Partial<StepFacts> {
  const facts: Partial<{ -readonly [K in keyof StepFacts]: StepFacts[K] }> = {};
  if (step.status !== 'waiting') facts.status = step.status;
  if (step.fence !== 0) facts.fence = step.fence;
  if (step.open_deps !== new Set(step.spec.depends_on).size) facts.open_deps = step.open_deps;
  if (step.failures !== 0) facts.failures = step.failures;
  if (step.losses !== 0) facts.losses = step.losses;
  if (step.ready_at_ms !== null) facts.ready_at_ms = step.ready_at_ms;
  if (step.stopping !== null) facts.stopping = step.stopping;
  if (step.unaccounted !== null) facts.unaccounted = step.unaccounted;
  if (step.why !== null) facts.why = step.why;
  if (step.findings.length > 0) facts.findings = step.findings;
  if (step.receipts.length > 0) facts.receipts = step.receipts;
  if (step.settled.length > 0) facts.settled = step.settled;
  if (step.progress !== null) facts.progress = step.progress;
  if (step.accepted !== null) facts.accepted = step.accepted;
  if (step.assigned !== null) facts.assigned = step.assigned;
  if (step.behind !== null) facts.behind = step.behind;
  if (step.question !== null) facts.question = step.question;
  if (step.answers.length > 0) facts.answers = step.answers;
  if (step.conflict !== null) facts.conflict = step.conflict;
  if (step.undone_by !== null) facts.undone_by = step.undone_by;
  if (step.undoes !== null) facts.undoes = step.undoes;
  if (step.spent !== NOTHING) facts.spent = step.spent;
  return facts;
}

/** The state of a head, with no plan in it yet. */
export function reviveHead(head: HeadSnapshot): State {
  const state = emptyState();
  Object.assign(state, { ledger: head.ledger, object_format: head.object_format, home: head.home, epoch: head.epoch === null ? null : { ...head.epoch }, org: head.org, org_digest: head.org_digest, signers: head.signers, policy_approvals: head.policy_approvals, frozen: head.frozen, spool: head.spool, checkpoint: head.checkpoint, grants: head.grants, workers: head.workers});
  state.recent.push(...head.recent);
  for (const [plan_id, failing, undone] of head.charges) state.charges.set(plan_id, { failing: new Set(failing), undone });
  for (const [lower, id] of head.names) state.names.set(lower, id);
  const known = new Map(head.seats.map(([seat, claim, last_grant]) => [seat, { claim, last_grant }]));
  for (const guest of head.guests) state.guests.set(guest.seat, guest);
  for (const seat of [...(head.org?.seats ?? []), ...head.guests]) state.seats.set(seat.seat, { seat, claim: known.get(seat.seat)?.claim ?? null, last_grant: known.get(seat.seat)?.last_grant ?? 0 });
  for (const [group, unfit] of head.unfit) state.unfit.set(group, unfit);
  for (const [group, parked] of head.parked) parkGroup(state, group, parked);
  state.day = head.day === null ? null : { ...head.day, groups: new Map(head.day.groups) };
  for (const snapshot of head.snapshots) state.snapshots.set(snapshot.name, snapshot);
  for (const [scope, stop] of head.paused) state.paused.set(scope, stop);
  for (const [scope, breaker] of head.breakers) setBreaker(state, scope, breaker.kind === 'half_open' ? { ...breaker } : breaker);
  return state;
}

/** Puts one plan back into a state that was revived without it. */
export function revivePlan(state: State, snapshot: PlanSnapshot): PlanState | undefined {
  const { plan_id } = snapshot.accepted.plan;
  acceptPlan(state, { type: 'plan.accepted', ...snapshot.accepted });
  const made = state.plans.get(plan_id);
  if (made === undefined) return undefined;
  const plan: PlanState = { ...made, age: snapshot.age, tip: snapshot.tip, cancelled: snapshot.cancelled, integration: snapshot.integration, wanted: snapshot.wanted, approvals: snapshot.approvals, target_fault: snapshot.target_fault, spent: snapshot.spent };
  for (const step of plan.steps.values()) setStatus(state, plan, step, 'waiting');
  state.plans.set(plan_id, plan);
  for (const [id, fence] of snapshot.retired) plan.retired.set(id, fence);
  parkOrRelease(state, plan);
  const facts = new Map(snapshot.steps);
  for (const step of plan.steps.values()) reviveStep(state, plan, step, facts.get(step.step_id) ?? {});
  for (const claim of snapshot.claims) reviveClaim(state, plan, { ...claim });
  if (snapshot.claims.length > 0) sortClaims(state);
  for (const step of plan.steps.values()) {
    const behind = facts.get(step.step_id)?.behind;
    if (behind !== undefined && behind !== null) defer(state, plan, step, behind);
  }
  for (const id of snapshot.checking) {
    const step = plan.steps.get(id);
    if (step !== undefined) enterJudgement(state, plan, step);
  }
  if (plan.counts.done === plan.steps.size) oweIntegration(state, plan);
  return plan;
}

function reviveStep(state: State, plan: PlanState, step: StepState, facts: Partial<StepFacts>): void {
  const { status, ready_at_ms, receipts, settled, answers, behind: _later, ...rest } = facts;
  Object.assign(step, rest);
  if (receipts !== undefined) step.receipts = [...receipts];
  if (settled !== undefined) step.settled = [...settled];
  if (answers !== undefined) step.answers = [...answers];
  if (ready_at_ms !== undefined && ready_at_ms !== null) setBackoff(state, step, ready_at_ms);
  setStatus(state, plan, step, status ?? 'waiting');
  if (step.stopping === null) return;
  const key = stopKey(step, step.stopping);
  state.owed.set(key, { kind: 'stop', key, order_id: key.slice('stop '.length), plan_id: step.plan_id, step_id: step.step_id, fence: step.stopping });
}

/** As a fold leaves them, the first granted first: rules that go over the claims decide in their order. */
function sortClaims({ claims, seats }: State): void {
  const grantOf = (claim: Claim): number => seats.get(claim.seat)?.last_grant ?? 0;
  const sorted = [...claims].sort(([, a], [, b]) => grantOf(a) - grantOf(b));
  claims.clear();
  for (const [key, claim] of sorted) claims.set(key, claim);
}

function reviveClaim(state: State, plan: PlanState, claim: Claim): void {
  state.claims.set(stepKey(claim.plan_id, claim.step_id), claim);
  const step = plan.steps.get(claim.step_id);
  if (step === undefined || !owesStart(claim)) return;
  const key = startKey(step, claim.fence);
  state.owed.set(key, { kind: 'start', key, order_id: key.slice('start '.length), plan_id: claim.plan_id, step_id: claim.step_id, fence: claim.fence, seat: claim.seat });
}
