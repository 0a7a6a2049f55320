import type { Next } from './event.ts';
import { dropEntry, pushEntry } from './heap.ts';
import { orderId } from './ids.ts';
import type { Fence, Millis, StepKey } from './ids.ts';
import { dequeue, enqueue } from './ranking.ts';
import { parkOrRelease } from './parking.ts';
import type { Claim, PlanState, State, StepState, StepStatus } from './state.ts';

/** The only place where a step's status changes: counters, queue and owed effects follow it. */
export function setStatus(state: State, plan: PlanState, step: StepState, status: StepStatus): void {
  if (step.status === status) return;
  plan.counts[step.status] -= 1;
  plan.counts[status] += 1;
  step.status = status;
  step.behind = null;
  if (status !== 'blocked') step.question = null;
  if (status === 'ready' && !plan.parked) enqueue(state, plan, step);
  else dequeue(state, step);
}

/** Takes a ready step out of the queue until the claim it stands behind ends. */
export function defer(state: State, plan: PlanState, step: StepState, behind: StepKey): void {
  const at = state.claims.get(behind);
  if (step.status !== 'ready' || at === undefined || at.plan_id !== step.plan_id) return;
  step.behind = behind;
  dequeue(state, step);
  const others = plan.behind.get(at.step_id);
  if (others === undefined) plan.behind.set(at.step_id, [step.step_id]);
  else if (!others.includes(step.step_id)) others.push(step.step_id);
}

/** Those that stood behind a step go back into the queue. */
function comeForward(state: State, plan: PlanState, step: StepState): void {
  const waiting = plan.behind.get(step.step_id);
  if (waiting === undefined) return;
  plan.behind.delete(step.step_id);
  for (const id of waiting) {
    const other = plan.steps.get(id);
    if (other?.behind !== step.key) continue;
    other.behind = null;
    if (other.status === 'ready' && !plan.parked) enqueue(state, plan, other);
  }
}

/** Puts a queued step where its new text, its new seat or its plan's new priority belongs. */
export function requeue(state: State, plan: PlanState, step: StepState): void {
  if (step.queued === null) return;
  dequeue(state, step);
  enqueue(state, plan, step);
}

/** `ready`, or `waiting` for what is still missing: dependencies, a back-off, a worker that must be seen dead. */
export function settleOpen(state: State, plan: PlanState, step: StepState): void {
  const free = step.open_deps === 0 && step.ready_at_ms === null && step.stopping === null;
  setStatus(state, plan, step, free ? 'ready' : 'waiting');
}

export function setBackoff(state: State, step: StepState, ready_at_ms: Millis | null): void {
  if (step.timer !== null) dropEntry(state.timers, step.timer);
  step.timer = null;
  step.ready_at_ms = ready_at_ms;
  if (ready_at_ms === null) return;
  step.timer = { rank: ready_at_ms, live: true, of: { kind: 'backoff', plan_id: step.plan_id, step_id: step.step_id } };
  pushEntry(state.timers, step.timer);
}

/** How a step goes on after an attempt that was not accepted. */
export function goOn(state: State, plan: PlanState, step: StepState, next: Next): void {
  switch (next.kind) {
    case 'retry':
      setBackoff(state, step, next.ready_at_ms);
      settleOpen(state, plan, step);
      return;
    case 'fail':
      setStatus(state, plan, step, 'failed');
      return;
    case 'block':
      step.why = next.reason;
      setStatus(state, plan, step, 'blocked');
      return;
    default:
      next satisfies never;
  }
}

/** Done, by evidence or by a person's word: whoever waited for it may go on. */
export function finishStep(state: State, plan: PlanState, step: StepState): void {
  setBackoff(state, step, null);
  step.why = null;
  setStatus(state, plan, step, 'done');
  for (const id of plan.dependents.get(step.step_id) ?? []) {
    const dependent = plan.steps.get(id);
    if (dependent === undefined) continue;
    dependent.open_deps -= 1;
    if (dependent.status === 'waiting') settleOpen(state, plan, dependent);
  }
  oweIntegration(state, plan);
}

/** Open again, as if it had never failed, or as if nobody had said that it is done. */
export function reopen(state: State, plan: PlanState, step: StepState): void {
  if (step.status === 'done') unfinish(state, plan, step);
  step.failures = 0;
  step.losses = 0;
  step.why = null;
  step.findings = [];
  step.conflict = null;
  setBackoff(state, step, null);
  settleOpen(state, plan, step);
}

/** Those behind a step that is no longer done wait for it again, and so does its plan's way into the target. */
function unfinish(state: State, plan: PlanState, step: StepState): void {
  for (const id of plan.dependents.get(step.step_id) ?? []) {
    const dependent = plan.steps.get(id);
    if (dependent === undefined) continue;
    dependent.open_deps += 1;
    if (dependent.status === 'ready') settleOpen(state, plan, dependent);
  }
  state.owed.delete(`integrate ${plan.plan.plan_id}`);
  if (plan.integration.kind !== 'done') plan.integration = { kind: 'open' };
}

/** When every step is done, the plan's branch has to reach its target. */
export function oweIntegration(state: State, plan: PlanState): void {
  if (plan.cancelled !== null || plan.counts.done !== plan.steps.size || plan.integration.kind === 'done') return;
  if (plan.integration.kind === 'awaiting_merge') return;
  const { plan_id, target, integrate } = plan.plan;
  if (integrate === 'none') {
    plan.integration = { kind: 'done', before: null, after: null };
    return;
  }
  state.owed.set(`integrate ${plan_id}`, { kind: 'integrate', key: `integrate ${plan_id}`, plan_id, target, how: integrate });
}

/** Lets go of a claim: seat free, nothing owed for the fence. A beating worker still has to be seen dead if `kill`. */
export function endClaim(state: State, plan: PlanState, step: StepState, claim: Claim, kill: boolean): void {
  const { key } = step;
  state.claims.delete(key);
  const seat = state.seats.get(claim.seat);
  if (seat !== undefined && seat.claim === key) seat.claim = null;
  if (owesStart(claim)) state.owed.delete(startKey(step, claim.fence));
  leaveJudgement(state, plan, step);
  comeForward(state, plan, step);
  unprobe(state, plan, key);
  if (claim.kind !== 'beating') return;
  if (kill) oweStop(state, step, claim);
  else state.workers -= 1;
}

/** A trial that ended without a verdict on the breaker makes room for another one. */
function unprobe(state: State, plan: PlanState, key: StepKey): void {
  for (const breaker of state.breakers.values()) {
    if (breaker.kind === 'half_open' && breaker.probe === key) breaker.probe = null;
  }
  parkOrRelease(state, plan);
}

/** Whether the manager still has to start a worker: nobody announced himself, nobody reported. */
export function owesStart(claim: Claim): boolean {
  return claim.kind === 'beating' && claim.started_by_manager && claim.worker === null && claim.reported === null;
}

export function startKey(step: StepState, fence: Fence): string {
  return `start ${orderId(step.plan_id, step.step_id, fence)}`;
}

export function stopKey(step: StepState, fence: Fence): string {
  return `stop ${orderId(step.plan_id, step.step_id, fence)}`;
}

function oweStop(state: State, step: StepState, { fence, seat, accounted }: Claim): void {
  step.stopping = fence;
  step.unaccounted = accounted ? null : seat;
  const key = stopKey(step, fence);
  const order_id = orderId(step.plan_id, step.step_id, fence);
  state.owed.set(key, { kind: 'stop', key, order_id, plan_id: step.plan_id, step_id: step.step_id, fence });
}

/** The worker of a fence is seen dead. */
export function stopSettled(state: State, plan: PlanState, step: StepState, fence: Fence): void {
  if (!state.owed.delete(stopKey(step, fence))) return;
  state.workers -= 1;
  if (step.stopping !== fence) return;
  step.stopping = null;
  step.unaccounted = null;
  if (step.status === 'waiting') settleOpen(state, plan, step);
}

/** Puts a reported step in its plan's line; candidates of one plan are judged one after the other, each on the tip the one before left. */
export function enterJudgement(state: State, plan: PlanState, step: StepState): void {
  setStatus(state, plan, step, 'checking');
  plan.checking.push(step.step_id);
  oweJudgement(state, plan);
}

/** Takes a step out of the line of its plan. */
export function leaveJudgement(state: State, plan: PlanState, step: StepState): void {
  const at = plan.checking.indexOf(step.step_id);
  if (at < 0) return;
  plan.checking.splice(at, 1);
  state.owed.delete(judgeKey(plan));
  oweJudgement(state, plan);
}

function judgeKey(plan: PlanState): string {
  return `judge ${plan.plan.plan_id}`;
}

function oweJudgement(state: State, plan: PlanState): void {
  const step_id = plan.checking[0];
  const step = step_id === undefined ? undefined : plan.steps.get(step_id);
  if (step === undefined) return;
  const claim = state.claims.get(step.key);
  if (claim === undefined || claim.reported === null) return;
  const { plan_id } = step;
  const order_id = orderId(plan_id, step.step_id, claim.fence);
  state.owed.set(judgeKey(plan), { kind: 'judge', key: `judge ${order_id}`, order_id, plan_id, step_id: step.step_id, fence: claim.fence, commit: claim.reported.commit, plan_tip: plan.tip });
}
