import { orderId, stepKey } from './ids.ts';
import { planStatus } from './views.ts';
import { STEP_STATUSES } from './state.ts';
import type { PlanState, State, StepState } from './state.ts';

/** What must hold after every event. Returns what does not, in words; empty = sound. Cost: one look at each step. */
export function violations(state: State): readonly string[] {
  const found: string[] = [];
  const held = new Map<string, string>();
  for (const [key, claim] of state.claims) {
    const step = state.plans.get(claim.plan_id)?.steps.get(claim.step_id);
    if (step === undefined) found.push(`claim on unknown step ${key}`);
    else if (step.fence !== claim.fence) found.push(`claim on ${key} has fence ${String(claim.fence)}, the step's last is ${String(step.fence)}`);
    const other = held.get(claim.seat);
    if (other !== undefined) found.push(`seat ${claim.seat} holds ${other} and ${key}`);
    held.set(claim.seat, key);
  }
  for (const [id, seat] of state.seats) {
    if (seat.claim !== null && state.claims.get(seat.claim)?.seat !== id) found.push(`seat ${id} is marked busy with ${seat.claim}, which it does not hold`);
  }
  let workers = [...state.claims.values()].filter((claim) => claim.kind === 'beating').length;
  for (const plan of state.plans.values()) {
    found.push(...planViolations(state, plan));
    for (const step of plan.steps.values()) {
      if (state.owed.has(`stop ${orderId(step.plan_id, step.step_id, step.stopping ?? 0)}`)) workers += 1;
    }
  }
  if (workers !== state.workers) found.push(`${String(state.workers)} workers counted, ${String(workers)} there`);
  return found;
}

function planViolations(state: State, plan: PlanState): readonly string[] {
  const found: string[] = [];
  for (const status of STEP_STATUSES) {
    const real = [...plan.steps.values()].filter((step) => step.status === status).length;
    if (real !== plan.counts[status]) found.push(`plan ${plan.plan.plan_id}: ${String(plan.counts[status])} ${status} counted, ${String(real)} there`);
  }
  for (const step of plan.steps.values()) found.push(...stepViolations(state, plan, step));
  if (plan.integration.kind === 'done' && plan.cancelled === null && planStatus(plan) !== 'done') found.push(`plan ${plan.plan.plan_id} is integrated but not done`);
  return found;
}

function stepViolations(state: State, plan: PlanState, step: StepState): readonly string[] {
  const key = stepKey(step.plan_id, step.step_id);
  const claim = state.claims.get(key);
  const found: string[] = [];
  const live = step.status === 'claimed' || step.status === 'running' || step.status === 'checking';
  if (live !== (claim !== undefined)) found.push(`${key} is ${step.status}, and ${claim === undefined ? 'nobody holds it' : 'somebody holds it'}`);
  const open = (step.spec.depends_on ?? []).filter((id) => plan.steps.get(id)?.status !== 'done');
  if (new Set(open).size !== step.open_deps) found.push(`${key} counts ${String(step.open_deps)} open dependencies, there are ${String(new Set(open).size)}`);
  if ((live || step.status === 'ready') && step.open_deps > 0) found.push(`${key} is ${step.status} before its dependencies are done`);
  if (step.status === 'ready' && (step.stopping !== null || step.ready_at_ms !== null)) found.push(`${key} is ready while something holds it back`);
  if (step.behind !== null && (step.status !== 'ready' || !state.claims.has(step.behind))) found.push(`${key} stands behind ${step.behind}, and is ${step.status}`);
  if (step.question !== null && step.status !== 'blocked' && claim === undefined) found.push(`${key} asks something and is ${step.status}`);
  if ((step.status === 'ready' && !plan.parked && step.behind === null) !== (step.queued !== null)) found.push(`${key} is ${step.status} and ${step.queued === null ? 'not queued' : 'queued'}`);
  if (step.status === 'checking' && !plan.checking.includes(step.step_id)) found.push(`${key} is checking and not in line`);
  return found;
}
