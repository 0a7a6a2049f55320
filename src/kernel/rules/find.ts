import type { Fence, PlanId, StepId } from '../ids.ts';
import { stepKey } from '../ids.ts';
import { reject } from '../rejection.ts';
import type { Rejection } from '../rejection.ts';
import type { Claim, PlanState, State, StepState } from '../state.ts';

type No = { readonly ok: false; readonly rejection: Rejection };
export type FoundPlan = { readonly ok: true; readonly plan: PlanState } | No;
export type FoundStep = { readonly ok: true; readonly plan: PlanState; readonly step: StepState; readonly claim: Claim | undefined } | No;
export type FoundClaim = { readonly ok: true; readonly plan: PlanState; readonly step: StepState; readonly claim: Claim } | No;
export type FoundHolder = { readonly ok: true; readonly plan: PlanState; readonly step: StepState; readonly claim: Claim; readonly authenticated: boolean } | No;

export function findPlan(state: State, plan_id: PlanId): FoundPlan {
  const plan = state.plans.get(plan_id);
  if (plan === undefined) return reject('PLAN_UNKNOWN', `there is no plan ${plan_id} in the ledger`, 'coo plan list');
  return { ok: true, plan };
}

export function findStepOf(state: State, plan_id: PlanId, step_id: StepId): FoundStep {
  const found = findPlan(state, plan_id);
  if (!found.ok) return found;
  const step = found.plan.steps.get(step_id);
  if (step === undefined) return reject('STEP_UNKNOWN', `plan ${plan_id} has no step ${step_id}`, `coo plan show ${plan_id}`);
  return { ok: true, plan: found.plan, step, claim: state.claims.get(stepKey(plan_id, step_id)) };
}

interface At {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly fence: Fence;
}

/** The live claim that a fence speaks for, in what the coordinator itself observed. An old fence is refused wherever it shows up. */
export function findClaim(state: State, at: At): FoundClaim {
  const found = findStepOf(state, at.plan_id, at.step_id);
  if (!found.ok) return found;
  const { plan, step, claim } = found;
  const key = stepKey(at.plan_id, at.step_id);
  if (at.fence > step.fence) return reject('FENCE_UNKNOWN', `fence ${String(at.fence)} of ${key} was never granted; the last one is ${String(step.fence)}`, `coo explain ${key}`);
  if (claim === undefined) return reject('CLAIM_NONE', `nobody holds ${key}; it is ${step.status}`, `coo explain ${key}`);
  if (at.fence < claim.fence) {
    return reject('FENCE_OLD', `fence ${String(at.fence)} of ${key} is over; ${claim.seat} holds it under fence ${String(claim.fence)}`, 'stop this work; what was committed is kept where it is');
  }
  return { ok: true, plan, step, claim };
}

/** The live claim that a message speaks for: in governed mode it must show the token, and a wrong token is refused in any mode. */
export function findHolder(state: State, at: At & { readonly token_sha256?: string }): FoundHolder {
  const found = findClaim(state, at);
  if (!found.ok) return found;
  const { claim } = found;
  const authenticated = at.token_sha256 === claim.token_sha256;
  if (!authenticated && (at.token_sha256 !== undefined || state.org?.mode === 'governed')) {
    return reject('HOLDER_OTHER', `the token shown is not the one that fence ${String(at.fence)} of ${stepKey(at.plan_id, at.step_id)} was granted with`, 'show the token that the claim printed (COO_TOKEN)');
  }
  return { ...found, authenticated };
}
