import type { Event } from '../event.ts';
import type { StepId } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { MAX_STEPS } from '../limits.ts';
import type { Step } from '../plan.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { PlanState, State } from '../state.ts';
import { findStepOf } from './find.ts';

const MAX_ID = 63;

/** What a done step merged is taken back by a new step of the same plan, which runs its `rollback` and is judged like any other. */
export function undoRule(state: State, input: InputOf<'undo'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step } = found;
  const { plan_id, step_id, by, reason } = input;
  if (plan.cancelled !== null || plan.integration.kind === 'done') {
    return reject('PLAN_ENDED', `plan ${plan_id} is ${plan.cancelled === null ? `done: its work is in ${plan.plan.target}` : 'cancelled'}`, `put the commands that take ${step.key} back into a new plan: coo plan new undo-${plan_id}`);
  }
  if (step.status !== 'done') return reject('STEP_NOT_DONE', `${step.key} is ${step.status}: there is nothing to take back`, `coo skip ${step.key} --reason '...', or coo cancel ${plan_id} --reason '...'`);
  if (step.accepted === null) return reject('STEP_NOT_DONE', `${step.key} was ended by hand (${step.why ?? 'no reason'}): nothing of it was merged`, `to have it done after all: coo retry ${step.key} --reason '...'`);
  if (step.undone_by !== null) return reject('UNCHANGED', `${step.key} is taken back by ${plan_id}/${step.undone_by}`, `coo explain ${plan_id}/${step.undone_by}`);
  const { rollback = [] } = step.spec;
  if (rollback.length === 0) return reject('ROLLBACK_NONE', `${step.key} says no way back`, `add a step to the plan that takes it back, or: git revert -m 1 ${step.accepted.plan_after.slice(0, 12)} on a branch, in a step of your own`);
  if (plan.steps.size >= MAX_STEPS) return reject('PLAN_TOO_LARGE', `plan ${plan_id} has ${String(plan.steps.size)} steps already`, 'take it back in a new plan');
  const { role, seat, scope, env, lease_ms, budget } = step.spec;
  const undo: Step = {
    step_id: freeId(plan, step_id),
    objective: `take back ${step.key}: ${reason}`,
    commands: rollback,
    depends_on: [step_id],
    ...(role === undefined ? {} : { role }),
    ...(seat === undefined ? {} : { seat }),
    ...(scope === undefined ? {} : { scope }),
    ...(env === undefined ? {} : { env }),
    ...(lease_ms === undefined ? {} : { lease_ms }),
    ...(budget === undefined ? {} : { budget }),
  };
  return { ok: true, events: [{ type: 'step.undone', plan_id, step_id, undo, by, reason }] };
}

function freeId(plan: PlanState, step_id: StepId): StepId {
  const taken = new Set([...plan.steps.keys(), ...plan.retired.keys()].map((id) => id.toLowerCase()));
  for (let number = 1; ; number += 1) {
    const tail = number === 1 ? '' : `-${String(number)}`;
    const id = `${`undo-${step_id}`.slice(0, MAX_ID - tail.length)}${tail}`;
    if (!taken.has(id.toLowerCase())) return id;
  }
}
