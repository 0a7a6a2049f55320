import type { Event } from '../event.ts';
import type { StepId } from '../ids.ts';
import type { InputOf, PlanThen, StepThen } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { PlanState, State, StepState } from '../state.ts';
import { findPlan } from './find.ts';

/**
 * A plan goes back to where it stood at a snapshot, by a new fact: what was merged since leaves its branch by one more commit, and those steps are
 * open again. One that came later is cancelled. What is in its target stays there, and what somebody holds is not taken from him.
 */
export function rollBackRule(state: State, input: InputOf<'roll_back'>): Decision<Event> {
  const { plan_id, snapshot, was } = input;
  const found = findPlan(state, plan_id);
  if (!found.ok) return found;
  const { plan } = found;
  if (!state.snapshots.has(snapshot)) return reject('SNAPSHOT_UNKNOWN', `there is no snapshot ${snapshot}`, `coo log lists them; there are ${[...state.snapshots.keys()].join(', ') || 'none'}`);
  const { integration } = plan;
  if (integration.kind === 'done' && integration.after !== null) return reject('PLAN_ENDED', `plan ${plan_id} is done: its work is in ${plan.plan.target}, which no rollback touches`, `git log ${plan.plan.target} shows it; git revert takes it back there`);
  const events = was === null || was.cancelled ? cancelled(plan, input) : wayBack(plan, was, input);
  if (events.length === 0) return reject('UNCHANGED', `plan ${plan_id} stands as it did at ${snapshot}`, 'nothing to do');
  const held = heldIn(state, plan);
  if (held !== undefined) return reject('CLAIM_HELD', `${held.key} is held by ${held.seat} under fence ${String(held.fence)}`, `coo pause --plan ${plan_id} --reason '...', and wait; or: coo release ${held.key} --fence ${String(held.fence)}; or: coo cancel ${plan_id} --reason '...'`);
  return { ok: true, events };
}

function cancelled({ cancelled: why }: PlanState, { plan_id, snapshot, by, reason }: InputOf<'roll_back'>): readonly Event[] {
  return why === null ? [{ type: 'plan.cancelled', plan_id, reason: `rolled back to ${snapshot}: ${reason}`, by }] : [];
}

function wayBack(plan: PlanState, was: PlanThen, { plan_id, snapshot, after, by, reason }: InputOf<'roll_back'>): readonly Event[] {
  const steps = [...plan.steps.values()];
  const reopened = steps.filter((step) => reopens(step, thenOf(was, step.step_id))).map(({ step_id }) => step_id);
  const dropped = steps.filter((step) => drops(step, was)).map(({ step_id }) => step_id);
  if (after === plan.tip && plan.cancelled === null && reopened.length + dropped.length === 0) return [];
  return [{ type: 'plan.rolled_back', plan_id, snapshot, before: plan.tip, after, reopened, dropped, by, reason }];
}

function heldIn(state: State, plan: PlanState): { readonly key: string; readonly seat: string; readonly fence: number } | undefined {
  for (const { key } of plan.steps.values()) {
    const claim = state.claims.get(key);
    if (claim !== undefined) return { key, seat: claim.seat, fence: claim.fence };
  }
  return undefined;
}

function thenOf(was: PlanThen, step_id: StepId): StepThen | undefined {
  return was.steps.find((one) => one.step_id === step_id);
}

/** Whether a step is further than it was, or was ended since in a way that is no success. What was done then and is open now is left open. */
function reopens(step: StepState, was: StepThen | undefined): boolean {
  if (was === undefined && step.undoes !== null) return false;
  switch (step.status) {
    case 'done':
      return was?.state !== 'done' || (step.accepted?.plan_after ?? null) !== was.merged;
    case 'failed':
    case 'blocked':
      return was !== undefined && was.state !== 'failed' && was.state !== 'blocked';
    case 'cancelled':
      return true;
    default:
      return false;
  }
}

/** A step that coo added since, to take back what is there again. */
function drops({ step_id, undoes, status, accepted }: StepState, was: PlanThen): boolean {
  return undoes !== null && thenOf(was, step_id) === undefined && !(status === 'done' && accepted === null);
}
