import type { Event } from '../event.ts';
import { RESERVED_PLAN_IDS } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { MAX_STEPS } from '../limits.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { reviseRule } from './revise.ts';

/**
 * A plan is accepted once. The same bytes again change nothing; other bytes under its id are a revision.
 * Form, dependencies and scopes were checked when the plan was read: what arrives here is well-formed.
 */
export function acceptPlanRule(state: State, input: InputOf<'submit'>): Decision<Event> {
  const { plan } = input;
  if (state.org === null) return reject('NO_ORG', 'the ledger knows no organisation yet', 'coo init, then coo run');
  if (RESERVED_PLAN_IDS.includes(plan.plan_id.toLowerCase())) return reject('PLAN_ID_TAKEN', `plan id ${plan.plan_id} means something else to coo`, 'choose another plan_id');
  const known = state.names.get(plan.plan_id.toLowerCase());
  if (known !== undefined && known !== plan.plan_id) {
    return reject('PLAN_ID_TAKEN', `plan id ${plan.plan_id} differs from ${known} in case only`, 'choose another plan_id');
  }
  if (known !== undefined) {
    const old = state.plans.get(known);
    if (old?.digest === input.digest) return reject('UNCHANGED', `plan ${plan.plan_id} is in the ledger with these bytes`, 'nothing to do');
    if (old === undefined) return reject('PLAN_UNKNOWN', `plan ${plan.plan_id} is known by name only`, 'coo verify');
    if (plan.steps.length === 0) return reject('PLAN_EMPTY', `plan ${plan.plan_id} has no step`, `to end it: coo plan cancel ${plan.plan_id} --reason '...'`);
    return reviseRule(state, old, input);
  }
  if (plan.steps.length === 0) return reject('PLAN_EMPTY', `plan ${plan.plan_id} has no step`, 'add one under steps:');
  if (plan.steps.length > MAX_STEPS) return reject('PLAN_TOO_LARGE', `plan ${plan.plan_id} has ${String(plan.steps.length)} steps; at most ${String(MAX_STEPS)} are possible`, 'split it into plans');
  return { ok: true, events: [{ type: 'plan.accepted', plan, digest: input.digest, revision: 1, base: input.base, at_ms: input.at_ms, by: input.by, ...(input.file === undefined ? {} : { file: input.file }) }] };
}
