import type { Event, Finding, Next, Scope } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { Millis } from '../ids.ts';
import { AGENT_RETRIES } from '../limits.ts';
import { workKind } from '../ranking.ts';
import type { PlanState, State, StepState } from '../state.ts';
import { limitsOf } from './grant.ts';

/** What no further attempt mends: what was denied stays denied, and who pays is asked first. */
const NEEDS_PERSON: ReadonlySet<string> = new Set(['AGENT_DENIED', 'BUDGET_TOKENS', 'BUDGET_USD', 'BUDGET_LINES', 'ACCOUNTING_MISSING']);

/** A charged failure: retry after a doubling pause until the retries are used up; a non-retryable finding ends the step at once. */
export function afterFailure(state: State, step: StepState, findings: readonly Finding[], at_ms: Millis): Next {
  const limits = limitsOf(state);
  const person = findings.find(({ code }) => NEEDS_PERSON.has(code));
  if (person !== undefined) return { kind: 'block', reason: person.message };
  const { max = workKind(step.spec) === 'c' ? limits.retries : AGENT_RETRIES, non_retryable = [] } = step.spec.retry ?? {};
  if (step.failures >= max || findings.some((finding) => non_retryable.includes(finding.code))) return { kind: 'fail' };
  return { kind: 'retry', ready_at_ms: at_ms + Math.min(limits.backoff_ms * 2 ** step.failures, limits.backoff_cap_ms) };
}

/** An attempt lost to a host's or manager's death: no retry is charged, but a step that is lost again and again needs a person. */
export function afterLoss(state: State, step: StepState, at_ms: Millis, why: string): Next {
  if (step.losses + 1 >= limitsOf(state).losses) return { kind: 'block', reason: `lost ${String(step.losses + 1)} times in a row: ${why}` };
  return { kind: 'retry', ready_at_ms: at_ms };
}

/**
 * Breakers that a failure of this step opens. Distinct steps count, since the last success: `failures` in one plan open the plan's,
 * `failures` over two plans or more open all; a half-open breaker whose probe fails opens again for twice the time.
 */
export function breakerAfterFailure(state: State, plan: PlanState, step: StepState, at_ms: Millis, findings: readonly Finding[]): readonly Event[] {
  const { failures, cooldown_ms } = state.org?.breaker ?? { failures: 3, cooldown_ms: 600_000 };
  const why = findings[0]?.message ?? 'failed';
  const opened: Event[] = [];
  const open = (scope: Scope, reason: string): void => {
    const old = state.breakers.get(scope);
    if (old?.kind === 'open') return;
    const trips = (old?.trips ?? 0) + 1;
    opened.push({ type: 'breaker.opened', scope, reason, until_ms: at_ms + cooldown_ms * 2 ** (trips - 1), trips, by: 'coo' });
  };
  const key = stepKey(step.plan_id, step.step_id);
  const failing = new Set(plan.failing).add(step.step_id);
  const probed = (scope: Scope): boolean => {
    const breaker = state.breakers.get(scope);
    return breaker?.kind === 'half_open' && breaker.probe === key;
  };
  if (probed(step.plan_id)) open(step.plan_id, `the trial after the cool-down failed: ${key}: ${why}`);
  else if (failing.size >= failures) open(step.plan_id, `${String(failing.size)} steps of ${step.plan_id} failed since its last success; last ${key}: ${why}`);
  if (probed('all')) open('all', `the trial after the cool-down failed: ${key}: ${why}`);
  else if (acrossPlans(state, plan, failing.size) >= failures) open('all', `${String(failures)} steps over several plans failed since their last success; last ${key}: ${why}`);
  return opened;
}

/** Distinct failing steps over all plans, 0 if they are of one plan only. */
function acrossPlans(state: State, plan: PlanState, here: number): number {
  let steps = here;
  let plans = here > 0 ? 1 : 0;
  for (const other of state.plans.values()) {
    if (other === plan || other.failing.size === 0) continue;
    steps += other.failing.size;
    plans += 1;
  }
  return plans >= 2 ? steps : 0;
}

/** A success closes the half-open breakers that were waiting for this trial. */
export function breakerAfterSuccess(state: State, step: StepState): readonly Event[] {
  const closed: Event[] = [];
  for (const scope of ['all', step.plan_id]) {
    const breaker = state.breakers.get(scope);
    if (breaker?.kind !== 'half_open' || breaker.probe !== stepKey(step.plan_id, step.step_id)) continue;
    closed.push({ type: 'breaker.closed', scope, by: 'coo', reason: `the trial after the cool-down passed: ${stepKey(step.plan_id, step.step_id)}` });
  }
  return closed;
}
