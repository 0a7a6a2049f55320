import { orderId } from './ids.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Order } from './order.ts';
import type { Org } from './org.ts';
import type { Claim, State, StepState } from './state.ts';

/** The work order of a live claim: made from state alone, so that any clone can make it again from the ledger. */
export function workOrder(state: State, step: StepState, claim: Claim): Order {
  const { spec } = step;
  const { org } = state;
  const limits = org?.limits ?? DEFAULT_LIMITS;
  const wall_ms = Math.min(spec.budget?.wall_ms ?? limits.wall_ms, limits.wall_ms);
  const { beat_ms, check_ms, log_bytes, excerpt_bytes, import_bytes, receipt_bytes } = limits;
  return {
    schema: 'coo/order.v1',
    order_id: orderId(step.plan_id, step.step_id, claim.fence),
    plan_id: step.plan_id,
    step_id: step.step_id,
    attempt: claim.fence,
    fence: claim.fence,
    seat: claim.seat,
    ...(spec.role === undefined ? {} : { role: spec.role }),
    objective: spec.objective,
    ...(spec.commands === undefined ? {} : { commands: spec.commands }),
    ...(spec.prompt === undefined ? {} : { prompt: spec.prompt }),
    inputs: spec.inputs ?? [],
    outputs: spec.outputs ?? [],
    expected_receipts: spec.expected_receipts ?? [],
    checks: { before: spec.checks?.before ?? org?.checks.before ?? [], after: spec.checks?.after ?? org?.checks.after ?? [] },
    gates: spec.gates ?? [],
    scope: spec.scope ?? null,
    rollback: spec.rollback ?? [],
    ...benchOf(org),
    start_commit: claim.start,
    env: [...new Set([...(org?.env ?? []), ...(spec.env ?? [])])],
    budget: { wall_ms, ...(spec.budget?.tokens === undefined ? {} : { tokens: spec.budget.tokens }), ...(spec.budget?.usd === undefined ? {} : { usd: spec.budget.usd }) },
    deadline_ms: claim.at_ms + wall_ms,
    limits: { beat_ms, check_ms, log_bytes, excerpt_bytes, import_bytes, receipt_bytes },
    mode: org?.mode ?? 'dev',
    ...(step.answers.length === 0 ? {} : { answers: step.answers.map(({ question, answer, by }) => ({ question, answer, by })) }),
    ...(step.conflict === null ? {} : { conflict: step.conflict }),
  };
}

/** Where an attempt works, as the organisation says; the same for the checks of what it made. */
export function benchOf(org: Org | null): Pick<Order, 'setup' | 'cache' | 'ports'> {
  const { setup, cache, ports } = org?.workspace ?? { setup: [], ports: 0 };
  return { setup, ...(cache === undefined ? {} : { cache }), ...(ports === 0 ? {} : { ports }) };
}
