import { orderId } from './ids.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { Limits } from './limits.ts';
import type { Order, OrderedAgent } from './order.ts';
import { isAgent } from './org.ts';
import type { AgentKind, Allowance, Org, Seat } from './org.ts';
import { allowanceOf, wallOf } from './spending.ts';
import type { Claim, State, StepState } from './state.ts';

/** The work order of a live claim: made from state alone, so that any clone can make it again from the ledger. */
export function workOrder(state: State, step: StepState, claim: Claim): Order {
  const { spec } = step;
  const { org } = state;
  const limits = org?.limits ?? DEFAULT_LIMITS;
  const wall_ms = claim.reserved.wall_ms ?? wallOf(state, step);
  const lines = leastOf(spec.budget?.lines, claim.reserved.lines);
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
    budget: { wall_ms, ...budgetOf(state, step, claim), ...(lines === undefined ? {} : { lines }) },
    deadline_ms: claim.at_ms + wall_ms,
    limits: attemptLimits(limits),
    mode: org?.mode ?? 'dev',
    ...(step.answers.length === 0 ? {} : { answers: step.answers.map(({ question, answer, by }) => ({ question, answer, by })) }),
    ...(step.conflict === null ? {} : { conflict: step.conflict }),
    ...workerOf(state, step, claim),
  };
}

/** What of the organisation's limits holds for one attempt. */
export function attemptLimits({ beat_ms, check_ms, log_bytes, excerpt_bytes, import_bytes, receipt_bytes, disk_bytes }: Limits): Order['limits'] {
  return { beat_ms, check_ms, log_bytes, excerpt_bytes, import_bytes, receipt_bytes, ...(disk_bytes === undefined ? {} : { disk_bytes }) };
}

/** Where an attempt works, as the organisation says; the same for the checks of what it made. */
export function benchOf(org: Org | null): Pick<Order, 'setup' | 'cache' | 'ports'> {
  const { setup, cache, ports } = org?.workspace ?? { setup: [], ports: 0 };
  return { setup, ...(cache === undefined ? {} : { cache }), ...(ports === 0 ? {} : { ports }) };
}

/** Findings that the next attempt is told. */
const PREVIOUS = 20;

/** The agent that the claim's seat is, and how much it is confined. */
function workerOf(state: State, step: StepState, claim: Claim): Pick<Order, 'agent' | 'sandbox' | 'network'> {
  const seat = state.seats.get(claim.seat)?.seat;
  if (seat === undefined) return {};
  const { harness, network } = seat;
  const sandbox = seat.sandbox ?? (state.org?.mode === 'governed' ? 'required' : undefined);
  const confined = { ...(sandbox === undefined ? {} : { sandbox }), ...(network === undefined ? {} : { network }) };
  return isAgent(harness) && claim.kind === 'beating' ? { agent: agentOf(state, step, seat, harness), ...confined } : confined;
}

function agentOf(state: State, step: StepState, seat: Seat, kind: AgentKind): OrderedAgent {
  const { findings, settled } = step;
  const role = step.spec.role ?? seat.roles[0];
  const template = role === undefined ? undefined : state.org?.prompts?.[role];
  const attempt = settled.at(-1);
  return {
    kind,
    ...seat.agent,
    ...(seat.login === undefined ? {} : { login: seat.login }),
    ...(template === undefined ? {} : { template }),
    ...(attempt === undefined || findings.length === 0 ? {} : { previous: { attempt, findings: findings.slice(0, PREVIOUS) } }),
  };
}

/** Undefined: neither says. */
function leastOf(own: number | undefined, left: number | null): number | undefined {
  return left === null ? own : Math.min(own ?? left, left);
}

/** What the attempt may spend: what its plan says, and for an agent never more than the organisation does. */
function budgetOf(state: State, step: StepState, claim: Claim): Pick<Allowance, 'tokens' | 'usd'> {
  const { tokens, usd } = step.spec.budget ?? {};
  const seat = state.seats.get(claim.seat)?.seat;
  if (seat === undefined || !isAgent(seat.harness) || claim.kind !== 'beating') return { ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) };
  return allowanceOf(claim.reserved);
}
