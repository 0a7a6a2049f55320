import type { Scope } from './event.ts';
import type { PlanId, StepId } from './ids.ts';
import { scopeParts } from './scope.ts';
import type { State } from './state.ts';

/** What counts against a plan until its breaker closes. A plan against which nothing counts has none. */
export interface Charges {
  /** Steps that failed since the plan's last success. */
  readonly failing: Set<StepId>;
  /** Accepted steps that were taken back. */
  undone: number;
}

const NONE: ReadonlySet<StepId> = new Set();

export function failingOf({ charges }: State, plan_id: PlanId): ReadonlySet<StepId> {
  return charges.get(plan_id)?.failing ?? NONE;
}

export function undoneOf({ charges }: State, plan_id: PlanId): number {
  return charges.get(plan_id)?.undone ?? 0;
}

export function chargeFailure(state: State, plan_id: PlanId, step_id: StepId): void {
  of(state, plan_id).failing.add(step_id);
}

export function chargeUndone(state: State, plan_id: PlanId): void {
  of(state, plan_id).undone += 1;
}

/** Failures of a plan, or of one step of it, count no more: there was a success, or what failed is another thing now. */
export function forgetFailures(state: State, plan_id: PlanId, step_id?: StepId): void {
  const charges = state.charges.get(plan_id);
  if (charges === undefined) return;
  if (step_id === undefined) charges.failing.clear();
  else charges.failing.delete(step_id);
  if (charges.failing.size === 0 && charges.undone === 0) state.charges.delete(plan_id);
}

/** What was counted before a breaker closed counts no more. */
export function forgetCharges(state: State, scope: Scope): void {
  const parts = scopeParts(scope);
  if (parts.kind === 'all') state.charges.clear();
  else if (parts.kind === 'plan') state.charges.delete(parts.plan_id);
}

/** Distinct failing steps over all plans, 0 if they are of one plan only. Costs the plans that fail, however many there are. */
export function failingAcrossPlans({ charges }: State, plan_id: PlanId, here: number): number {
  let steps = here;
  let plans = here > 0 ? 1 : 0;
  for (const [id, { failing }] of charges) {
    if (id === plan_id || failing.size === 0) continue;
    steps += failing.size;
    plans += 1;
  }
  return plans >= 2 ? steps : 0;
}

function of({ charges }: State, plan_id: PlanId): Charges {
  const known = charges.get(plan_id);
  if (known !== undefined) return known;
  const made = { failing: new Set<StepId>(), undone: 0 };
  charges.set(plan_id, made);
  return made;
}
