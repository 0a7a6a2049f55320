import { parkGroup, spend } from './apply-spending.ts';
import { park, setBreaker } from './apply-breaker.ts';
import { applyToClaim, grant } from './apply-claim.ts';
import { acceptPlan, cancelPlan, integrate } from './apply-plan.ts';
import { rollBack } from './apply-rollback.ts';
import { revisePlan, undoStep } from './apply-revision.ts';
import { forgetCharges } from './charges.ts';
import type { Event, EventOf } from './event.ts';
import type { Org, Seat } from './org.ts';
import { forgetRuns } from './recent.ts';
import { emptyState } from './state.ts';
import type { PlanState, State, StepState } from './state.ts';
import { parkOrRelease } from './parking.ts';
import { defer, endClaim, finishStep, reopen, requeue, setBackoff, setStatus, settleOpen, stopSettled } from './transitions.ts';

/** The state after these events, from nothing. */
export function fold(events: Iterable<Event>): State {
  const state = emptyState();
  for (const event of events) apply(state, event);
  return state;
}

/**
 * One event's effect on the state. Total and deterministic: an event about something unknown changes nothing.
 * Changes the state it was given and returns it; the old value must not be used again.
 */
export function apply(state: State, event: Event): State {
  switch (event.type) {
    case 'ledger.started':
      state.ledger = event.ledger;
      state.object_format = event.object_format;
      return state;
    case 'epoch.began':
      state.epoch = { number: event.epoch, manager: event.manager, at_ms: event.at_ms, ended: false };
      return state;
    case 'epoch.ended':
      if (state.epoch?.number === event.epoch) state.epoch.ended = true;
      return state;
    case 'org.set':
      return setOrg(state, event.org, event.digest);
    case 'policy.approved':
      state.policy_approvals = [...state.policy_approvals, { digest: event.digest, by: event.by, at_ms: event.at_ms }];
      return state;
    case 'signers.set':
      state.policy_approvals = state.policy_approvals.filter(({ digest }) => digest !== event.digest);
      state.signers = { version: event.version, digest: event.digest, signers: event.signers };
      return state;
    case 'plan.accepted':
      return acceptPlan(state, event);
    case 'plan.revised':
      return revisePlan(state, event);
    case 'revision.waits': {
      const plan = state.plans.get(event.plan_id);
      if (plan !== undefined) plan.wanted = { digest: event.digest, steps: event.steps, by: event.by };
      return state;
    }
    case 'seat.joined': {
      const { seat, roles: _asked } = event;
      const guest: Seat = { seat, group: seat, roles: ['guest'], harness: 'bus', guest: true };
      state.guests.set(seat, guest);
      if (!state.seats.has(seat)) state.seats.set(seat, { seat: guest, claim: null, last_grant: 0 });
      return state;
    }
    case 'plan.approved': {
      const plan = state.plans.get(event.plan_id);
      if (plan !== undefined) plan.approvals = [...plan.approvals, { digest: event.digest, by: event.by, at_ms: event.at_ms }];
      return park(state, event.plan_id);
    }
    case 'plan.cancelled':
      return cancelPlan(state, event);
    case 'plan.integrated':
    case 'plan.merged_elsewhere':
    case 'plan.merge_closed':
    case 'plan.awaiting_merge':
    case 'integration.blocked':
    case 'integration.retried':
      return integrate(state, event);
    case 'paused':
      state.paused.set(event.scope, { by: event.by, reason: event.reason });
      return park(state, event.scope);
    case 'resumed':
      state.paused.delete(event.scope);
      return park(state, event.scope);
    case 'snapshot.taken': {
      const { name, seq, head, digest, tag, by, at_ms } = event;
      state.snapshots.set(name, { name, seq, head, digest, tag, by, at_ms });
      return state;
    }
    case 'plan.rolled_back':
      return rollBack(state, event);
    case 'frozen':
      state.frozen = { by: event.by, reason: event.reason, at_ms: event.at_ms, seq: event.seq };
      return state;
    case 'thawed':
      state.frozen = null;
      return state;
    case 'seat.parked':
      return parkGroup(state, event.group, { until_ms: event.until_ms, why: event.why, reason: event.reason });
    case 'seat.unfit':
      state.unfit.set(event.group, { code: event.code, message: event.message, fix: event.fix });
      return state;
    case 'seat.fit':
      state.unfit.delete(event.group);
      return state;
    case 'target.unfit':
    case 'target.fit': {
      const plan = state.plans.get(event.plan_id);
      if (plan !== undefined) plan.target_fault = event.type === 'target.fit' ? null : { code: event.code, message: event.message, fix: event.fix };
      return park(state, event.plan_id);
    }
    case 'seat.unparked':
      return parkGroup(state, event.group, null);
    case 'breaker.opened':
      forgetRuns(state, event.scope);
      return setBreaker(state, event.scope, { kind: 'open', reason: event.reason, until_ms: event.until_ms, trips: event.trips, by: event.by, ...(event.cause === undefined ? {} : { cause: event.cause }) });
    case 'breaker.half_opened': {
      const open = state.breakers.get(event.scope);
      return setBreaker(state, event.scope, { kind: 'half_open', reason: open?.reason ?? '', trips: open?.trips ?? 1, by: open?.by ?? '', ...(open?.cause === undefined ? {} : { cause: open.cause }), probe: null });
    }
    case 'breaker.closed':
      forgetCharges(state, event.scope);
      forgetRuns(state, event.scope);
      return setBreaker(state, event.scope, null);
    case 'message.taken':
      state.spool = event.mark;
      return state;
    case 'checkpointed':
      state.checkpoint = event.as_of;
      return state;
    case 'home.moved':
      state.home = event.to;
      return state;
    case 'message.refused':
    case 'noted':
    case 'late.refused':
      return state;
    default:
      return applyToStep(state, event);
  }
}

type StepEvent = Extract<Event, { readonly step_id: string; readonly plan_id: string }>;
type AppliedToStep = Exclude<StepEvent, EventOf<'noted' | 'late.refused'>>;

function applyToStep(state: State, event: AppliedToStep): State {
  const plan = state.plans.get(event.plan_id);
  const step = plan?.steps.get(event.step_id);
  if (plan === undefined || step === undefined) return state;
  const claim = state.claims.get(step.key);
  switch (event.type) {
    case 'step.ready':
      setBackoff(state, step, null);
      if (step.status === 'waiting') settleOpen(state, plan, step);
      return state;
    case 'step.claimed':
      grant(state, plan, step, event);
      return state;
    case 'step.blocked':
      if (claim !== undefined) endClaim(state, plan, step, claim, true);
      setBackoff(state, step, null);
      step.why = event.reason;
      setStatus(state, plan, step, 'blocked');
      return state;
    case 'step.retried':
      reopen(state, plan, step);
      return state;
    case 'step.deferred':
      defer(state, plan, step, event.behind);
      return state;
    case 'step.skipped':
      if (claim !== undefined) endClaim(state, plan, step, claim, true);
      finishStep(state, plan, step);
      step.why = `skipped by ${event.by}: ${event.reason}`;
      return state;
    case 'step.reassigned':
      step.assigned = event.seat;
      requeue(state, plan, step);
      return state;
    case 'step.undone':
      return undoStep(state, plan, step, event);
    case 'question.asked':
      step.question = { fence: event.fence, seat: claim?.seat ?? '', to: event.to, text: event.text, at_ms: event.at_ms };
      return state;
    case 'question.answered':
      if (step.question?.fence !== event.fence) return state;
      step.answers.push({ question: step.question.text, answer: event.text, by: event.by });
      step.question = null;
      step.why = null;
      if (step.status === 'blocked') settleOpen(state, plan, step);
      return state;
    case 'step.overridden':
      if (claim !== undefined) endClaim(state, plan, step, claim, true);
      override(state, plan, step, event);
      return state;
    case 'run.spent':
      if (claim?.fence === event.fence) claim.accounted = true;
      else if (step.stopping === event.fence) step.unaccounted = null;
      return spend(state, plan, step, event.group, { tokens: event.tokens, micro_usd: event.micro_usd ?? 0 }, event.at_ms);
    case 'run.counted':
      return spend(state, plan, step, event.group, { attempts: 1, wall_ms: event.wall_ms, lines: event.lines }, event.at_ms);
    case 'worker.stopped':
      stopSettled(state, plan, step, event.fence);
      return state;
    default:
      if (claim !== undefined && claim.fence === event.fence) applyToClaim(state, plan, step, claim, event);
      return state;
  }
}

function setOrg(state: State, org: Org, digest: string): State {
  state.org = org;
  state.org_digest = digest;
  state.policy_approvals = state.policy_approvals.filter((approval) => approval.digest !== digest);
  const old = new Map(state.seats);
  const held = new Map([...state.claims].map(([key, claim]) => [claim.seat, key]));
  state.seats.clear();
  const enter = (seat: Seat): void => {
    const was = old.get(seat.seat);
    state.seats.set(seat.seat, { seat, claim: was?.claim ?? held.get(seat.seat) ?? null, last_grant: was?.last_grant ?? 0 });
  };
  for (const seat of org.seats) {
    // Listed by a person: no guest any more.
    state.guests.delete(seat.seat);
    enter(seat);
  }
  for (const guest of state.guests.values()) enter(guest);
  for (const group of state.unfit.keys()) if (!org.seats.some((seat) => seat.group === group)) state.unfit.delete(group);
  // What a plan needs before it starts may have changed.
  for (const plan of state.plans.values()) parkOrRelease(state, plan);
  return state;
}

function override(state: State, plan: PlanState, step: StepState, event: EventOf<'step.overridden'>): void {
  step.why = event.reason;
  setBackoff(state, step, null);
  if (event.to === 'done') finishStep(state, plan, step);
  else setStatus(state, plan, step, event.to);
  step.why = event.reason;
}
