import { bestFor, managed } from '../../kernel/ranking.ts';
import type { PlanState, State } from '../../kernel/state.ts';
import { stopOf } from '../../kernel/stops.ts';
import { planStatus } from '../../kernel/views.ts';

/** Whether the manager has anything left that can go on without a person. */
export type Rest =
  | { readonly kind: 'busy' }
  /** Nothing goes on by itself any more; `exit` is the process's exit code. */
  | { readonly kind: 'idle'; readonly exit: 0 | 1 | 4 | 8; readonly why: string };

/** `--until-idle`: nothing owed, running or backing off. 1: a plan failed or is blocked; 8: a breaker holds work back; 4: only people are waited for. */
export function restOf(state: State): Rest {
  const owed = [...state.owed.values()].filter((command) => command.kind !== 'integrate' || state.plans.get(command.plan_id)?.integration.kind !== 'blocked');
  if (owed.length > 0 || state.workers > 0) return { kind: 'busy' };
  const plans = [...state.plans.values()];
  const backingOff = plans.some((plan) => !plan.parked && [...plan.steps.values()].some((step) => step.status === 'waiting' && step.ready_at_ms !== null));
  if (backingOff && stopOf(state, 'all') === undefined) return { kind: 'busy' };
  if (stopOf(state, 'all') === undefined && assignable(state)) return { kind: 'busy' };
  const statuses = plans.map((plan) => ({ id: plan.plan.plan_id, status: planStatus(plan) }));
  const asking = plans.find((plan) => asks(plan));
  const wrong = statuses.find(({ id, status }) => status === 'failed' || (status === 'blocked' && id !== asking?.plan.plan_id));
  if (wrong !== undefined) return { kind: 'idle', exit: 1, why: `plan ${wrong.id} is ${wrong.status}: coo explain ${wrong.id}` };
  if (asking !== undefined) return { kind: 'idle', exit: 4, why: `an answer is waited for in ${asking.plan.plan_id}: coo inbox` };
  const active = statuses.filter(({ status }) => status === 'active');
  if (active.length === 0) return { kind: 'idle', exit: 0, why: 'nothing to do' };
  const stopped = active.some(({ id }) => stopOf(state, id)?.kind === 'breaker') || stopOf(state, 'all')?.kind === 'breaker';
  if (stopped) return { kind: 'idle', exit: 8, why: 'STOPPED (breaker open): coo breaker' };
  const waits = active.map(({ id }) => id).join(', ');
  return { kind: 'idle', exit: 4, why: `people are waited for in ${waits}: coo status` };
}

/** Whether nothing keeps a plan but questions. */
function asks(plan: PlanState): boolean {
  const blocked = [...plan.steps.values()].filter(({ status }) => status === 'blocked');
  return blocked.length > 0 && plan.counts.failed === 0 && plan.integration.kind !== 'blocked' && blocked.every(({ question }) => question !== null);
}

function assignable(state: State): boolean {
  for (const seat of state.seats.values()) if (seat.claim === null && managed(seat.seat) && bestFor(state, seat.seat) !== undefined) return true;
  return false;
}
