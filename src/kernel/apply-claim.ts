import { park } from './apply-breaker.ts';
import { chargeFailure, chargeUndone, forgetFailures } from './charges.ts';
import type { EventOf } from './event.ts';
import { orderId } from './ids.ts';
import { addRun, endedRun } from './recent.ts';
import { scopesOfSeat } from './scope.ts';
import { NO_RESERVE, reserveFor } from './spending.ts';
import type { Claim, PlanState, State, StepState } from './state.ts';
import { endClaim, enterJudgement, finishStep, goOn, leaveJudgement, owesStart, setBackoff, setStatus, settleOpen, startKey } from './transitions.ts';

/** A step is granted: one holder, one fence, and for the manager's seats a worker to start. */
export function grant(state: State, plan: PlanState, step: StepState, event: EventOf<'step.claimed'>): void {
  const { key } = step;
  const { plan_id, step_id, fence, seat, nonce, kind, lease_ms, at_ms, start, token_sha256, started_by_manager } = event;
  const holder = state.seats.get(seat);
  const reserved = holder !== undefined && kind === 'beating' ? reserveFor(state, step, holder.seat, at_ms) : NO_RESERVE;
  state.claims.set(key, { plan_id, step_id, fence, seat, nonce, kind, lease_ms, at_ms, start, token_sha256, started_by_manager, reserved, renewals: 0, asked: false, worker: null, reported: null, accounted: false });
  state.grants += 1;
  if (holder !== undefined) {
    holder.claim = key;
    holder.last_grant = state.grants;
  }
  step.fence = fence;
  step.why = null;
  step.progress = null;
  setStatus(state, plan, step, 'claimed');
  if (kind === 'beating') {
    state.workers += 1;
    if (started_by_manager) {
      const owed = startKey(step, fence);
      state.owed.set(owed, { kind: 'start', key: owed, order_id: orderId(plan_id, step_id, fence), plan_id, step_id, fence, seat });
    }
  }
  // Most grants meet no breaker, and need not name what could have one.
  if (state.breakers.size === 0) return;
  for (const scope of ['all', plan_id, ...(holder === undefined ? [] : scopesOfSeat(holder.seat))]) {
    const breaker = state.breakers.get(scope);
    if (breaker?.kind !== 'half_open' || breaker.probe !== null) continue;
    breaker.probe = key;
    park(state, scope);
  }
}

/** What happens under a live claim. */
export type ClaimEvent = EventOf<'claim.renewed' | 'claim.asked' | 'claim.released' | 'claim.revoked' | 'claim.expired' | 'run.started' | 'run.progress' | 'run.reported' | 'run.returned' | 'run.accepted' | 'run.ended' | 'run.lost'>;

/** An event that carries the live claim's fence. */
export function applyToClaim(state: State, plan: PlanState, step: StepState, claim: Claim, event: ClaimEvent): void {
  switch (event.type) {
    case 'claim.renewed':
      claim.renewals = event.renewals;
      claim.asked = false;
      return;
    case 'claim.asked':
      claim.asked = true;
      return;
    case 'claim.released':
    case 'claim.expired':
      endClaim(state, plan, step, claim, true);
      goOn(state, plan, step, event.next);
      return;
    case 'claim.revoked':
      endClaim(state, plan, step, claim, true);
      setBackoff(state, step, null);
      settleOpen(state, plan, step);
      return;
    case 'run.started':
      if (owesStart(claim)) state.owed.delete(startKey(step, event.fence));
      claim.worker = event.worker;
      if (step.status === 'claimed') setStatus(state, plan, step, 'running');
      return;
    case 'run.progress':
      step.progress = event.text;
      if (step.status === 'claimed') setStatus(state, plan, step, 'running');
      return;
    case 'run.reported':
      if (owesStart(claim)) state.owed.delete(startKey(step, event.fence));
      claim.reported = { commit: event.commit };
      enterJudgement(state, plan, step);
      return;
    case 'run.returned':
      claim.reported = null;
      step.findings = event.findings;
      leaveJudgement(state, plan, step);
      setStatus(state, plan, step, 'claimed');
      return;
    case 'run.accepted':
      plan.tip = event.plan_after;
      step.accepted = { commit: event.commit, plan_after: event.plan_after };
      step.receipts.push(event.receipt);
      step.settled.push(event.fence);
      step.findings = [];
      step.conflict = null;
      step.losses = 0;
      forgetFailures(state, step.plan_id);
      if (step.undoes !== null) chargeUndone(state, step.plan_id);
      addRun(state, endedRun(state, claim, { failed: false, fingerprint: '' }));
      endClaim(state, plan, step, claim, false);
      finishStep(state, plan, step);
      return;
    case 'run.ended':
      step.findings = event.findings;
      step.conflict = event.conflict ?? null;
      step.receipts.push(event.receipt);
      step.settled.push(event.fence);
      step.losses = 0;
      if (event.result === 'failed' || event.result === 'timed_out') {
        step.failures += 1;
        chargeFailure(state, step.plan_id, step.step_id);
        addRun(state, endedRun(state, claim, { failed: true, fingerprint: event.fingerprint, ...(event.empty === undefined ? {} : { empty: event.empty }) }));
      }
      endClaim(state, plan, step, claim, false);
      goOn(state, plan, step, event.next);
      return;
    case 'run.lost':
      step.losses += 1;
      step.why = event.why;
      step.receipts.push(event.receipt);
      endClaim(state, plan, step, claim, true);
      goOn(state, plan, step, event.next);
      return;
    default:
      event satisfies never;
  }
}
