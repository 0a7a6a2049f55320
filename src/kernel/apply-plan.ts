import { lacksApproval } from './approval.ts';
import { forgetFailures } from './charges.ts';
import type { EventOf } from './event.ts';
import { stepKey } from './ids.ts';
import type { PlanId } from './ids.ts';
import type { Step } from './plan.ts';
import { NOTHING } from './spending.ts';
import type { PlanState, State, StepState } from './state.ts';
import { endClaim, oweIntegration, setBackoff, setStatus, settleOpen } from './transitions.ts';

/** A plan enters: its steps wait or are ready. */
export function acceptPlan(state: State, event: EventOf<'plan.accepted'>): State {
  const { plan } = event;
  const counts = { waiting: plan.steps.length, ready: 0, claimed: 0, running: 0, checking: 0, done: 0, failed: 0, blocked: 0, cancelled: 0 };
  const made: PlanState = {
    plan,
    digest: event.digest,
    revision: event.revision,
    file: event.file ?? null,
    age: state.names.size,
    accepted_at_ms: event.at_ms,
    by: event.by,
    base: event.base,
    tip: event.base,
    cancelled: null,
    approvals: [],
    wanted: null,
    target_fault: null,
    integration: { kind: 'open' },
    steps: new Map(),
    dependents: new Map(),
    retired: new Map(),
    behind: new Map(),
    counts,
    checking: [],
    spent: NOTHING,
    parked: false,
  };
  state.plans.set(plan.plan_id, made);
  state.names.set(plan.plan_id.toLowerCase(), plan.plan_id);
  plan.steps.forEach((spec, index) => {
    const before = new Set(spec.depends_on);
    made.steps.set(spec.step_id, newStep(plan.plan_id, spec, index, before.size));
    for (const dependency of before) push(made.dependents, dependency, spec.step_id);
  });
  made.parked = state.paused.has(plan.plan_id) || lacksApproval(state, made);
  for (const step of made.steps.values()) settleOpen(state, made, step);
  return state;
}

/** A step of which nothing has happened yet. */
export function newStep(plan_id: PlanId, spec: Step, index: number, open_deps: number): StepState {
  return {
    key: stepKey(plan_id, spec.step_id),
    plan_id,
    step_id: spec.step_id,
    spec,
    index,
    status: 'waiting',
    fence: 0,
    open_deps,
    failures: 0,
    losses: 0,
    spent: NOTHING,
    ready_at_ms: null,
    stopping: null,
    unaccounted: null,
    why: null,
    findings: [],
    receipts: [],
    settled: [],
    progress: null,
    accepted: null,
    assigned: null,
    behind: null,
    question: null,
    answers: [],
    conflict: null,
    undone_by: null,
    undoes: null,
    queued: null,
    timer: null,
  };
}

/** Adds to the list under a key. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Every step that is not done is cancelled; live workers are owed their end. */
export function cancelPlan(state: State, event: EventOf<'plan.cancelled'>): State {
  const plan = state.plans.get(event.plan_id);
  if (plan === undefined) return state;
  plan.cancelled = event.reason;
  forgetFailures(state, event.plan_id);
  plan.wanted = null;
  for (const step of plan.steps.values()) {
    if (step.status === 'done') continue;
    const claim = state.claims.get(step.key);
    if (claim !== undefined) endClaim(state, plan, step, claim, true);
    setBackoff(state, step, null);
    step.why = event.reason;
    setStatus(state, plan, step, 'cancelled');
  }
  state.owed.delete(`integrate ${event.plan_id}`);
  return state;
}

/** How far the plan's branch got on its way to the target. */
export function integrate(state: State, event: EventOf<'plan.integrated' | 'plan.merged_elsewhere' | 'plan.merge_closed' | 'plan.awaiting_merge' | 'integration.blocked' | 'integration.retried'>): State {
  const plan = state.plans.get(event.plan_id);
  if (plan === undefined) return state;
  switch (event.type) {
    case 'plan.integrated':
      plan.integration = { kind: 'done', before: event.before, after: event.after };
      state.owed.delete(`integrate ${event.plan_id}`);
      return state;
    case 'plan.merged_elsewhere':
      plan.integration = { kind: 'done', before: null, after: event.commit };
      state.owed.delete(`integrate ${event.plan_id}`);
      return state;
    case 'plan.merge_closed':
      plan.integration = { kind: 'awaiting_merge', closed: event.where };
      return state;
    case 'plan.awaiting_merge':
      plan.integration = { kind: 'awaiting_merge' };
      state.owed.delete(`integrate ${event.plan_id}`);
      return state;
    case 'integration.blocked':
      plan.integration = { kind: 'blocked', code: event.code, message: event.message, paths: event.paths };
      return state;
    case 'integration.retried':
      plan.integration = { kind: 'open' };
      oweIntegration(state, plan);
      return state;
    default:
      return event satisfies never;
  }
}
