import { sameValue } from '../../kernel/equal.ts';
import type { StepId } from '../../kernel/ids.ts';
import type { Plan } from '../../kernel/plan.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import { Failure } from '../failure.ts';
import { keepOrigin } from '../manager/plan-origin.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand } from './by-hand.ts';
import { openPlan } from './plans.ts';
import { submitOffer } from './submit.ts';

/** What a revision made of a plan. */
export interface Amended {
  readonly plan_id: string;
  readonly revision: number;
  readonly added: readonly StepId[];
  readonly changed: readonly StepId[];
  readonly removed: readonly StepId[];
  /** Members of the plan itself: its title, its priority. */
  readonly members: readonly string[];
}

export type AmendAnswer = { readonly ok: true; readonly amended: Amended } | { readonly ok: false; readonly rejection: Rejection };

/** Takes the text that a plan's file has now for its next revision. */
export async function amend(world: LedgerWorld, subject: string, by: string): Promise<AmendAnswer> {
  const { session, submission } = await openPlan(world, subject, by);
  const { plan_id } = submission.plan;
  const before = session.state.plans.get(plan_id)?.plan;
  if (before === undefined) throw new Failure({ code: 'PLAN_UNKNOWN', message: `plan ${plan_id} is not in the ledger yet`, fix: `coo plan start ${plan_id}` });
  const offer = await submitOffer(session, submission);
  if (!offer.ok) return offer;
  const { input, ...more } = offer.offer;
  const done = await applyByHand(session, input, more);
  if (!done.ok) return done;
  if (world.layout.worktree !== null) await keepOrigin(world, plan_id, world.layout.worktree);
  const after = session.state.plans.get(plan_id);
  return { ok: true, amended: { plan_id, revision: after?.revision ?? 0, ...changes(before, after?.plan ?? before) } };
}

function changes(before: Plan, after: Plan): Omit<Amended, 'plan_id' | 'revision'> {
  const old = new Map(before.steps.map((step) => [step.step_id, step]));
  const kept = new Set(after.steps.map(({ step_id }) => step_id));
  const { steps: _old, ...was } = before;
  const { steps: _new, ...is } = after;
  const members = new Set([...Object.keys(was), ...Object.keys(is)]) as ReadonlySet<keyof typeof is>;
  return {
    added: after.steps.filter(({ step_id }) => !old.has(step_id)).map(({ step_id }) => step_id),
    changed: after.steps.filter((step) => old.has(step.step_id) && !sameValue(old.get(step.step_id), step)).map(({ step_id }) => step_id),
    removed: before.steps.filter(({ step_id }) => !kept.has(step_id)).map(({ step_id }) => step_id),
    members: [...members].filter((name) => !sameValue(was[name], is[name])),
  };
}
