import { renderFile } from '../../format/file.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import { breakerViews } from '../../kernel/breaker-views.ts';
import { isoTime } from '../../kernel/iso.ts';
import type { Frozen, State } from '../../kernel/state.ts';
import { planStatus, seatStatus, tally } from '../../kernel/views.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { Pending } from './offers.ts';

/** Entries after which the views are committed even if it never gets quiet. */
export const CHECKPOINT_ENTRIES = 1_000;
/** Quiet time after which they are committed if something changed, in milliseconds. */
export const CHECKPOINT_QUIET_MS = 5_000;

export const STATE_PATH = '_report/agent/coo/state.json';
export const SUMMARY_PATH = '_report/usage/coordinator/summary.json';

/** Whether a file is one of the views: all others of the record are written once. */
export function isCheckpointed(path: string): boolean {
  return path === STATE_PATH || path === SUMMARY_PATH;
}

/** Whether the views are behind by more than their own checkpoint. */
export function checkpointDue(session: LedgerSession): boolean {
  return session.seq > session.state.checkpoint + 1;
}

/** The views, as of the last entry, as files of the next one. */
export function checkpointOffer(session: LedgerSession, at_ms: number): Pending {
  const { state, seq } = session;
  const files = viewsOf(state, seq, at_ms).map(({ path, view }) => ({ path, bytes: renderFile(view) }));
  return { input: { type: 'checkpoint', as_of: seq, at_ms }, files };
}

/** The views of a state, with the paths where they are committed. */
export function viewsOf(state: State, as_of: number, at_ms: number): readonly { readonly path: string; readonly view: object }[] {
  return [
    { path: STATE_PATH, view: stateView(state, as_of, at_ms) },
    { path: SUMMARY_PATH, view: summaryView(state, as_of, at_ms) },
  ];
}

/** What is queued, who is at work, what went wrong, whether the breaker is open. */
function stateView(state: State, as_of: number, at_ms: number): object {
  const steps = [...state.plans.values()].flatMap((plan) => Array.from(plan.steps.values()));
  const breakers = breakerViews(state);
  const [open] = breakers;
  return {
    schema: 'coo/state.v1',
    as_of,
    at: isoTime(at_ms),
    mode: state.org?.mode ?? 'dev',
    queues: {
      ready: steps.filter((step) => step.status === 'ready').map((step) => stepKey(step.plan_id, step.step_id)),
      checking: steps.filter((step) => step.status === 'checking').map((step) => stepKey(step.plan_id, step.step_id)),
    },
    active: [...state.claims.values()].map(({ plan_id, step_id, fence, seat, at_ms: since }) => ({ order_id: orderId(plan_id, step_id, fence), seat, state: seatStatus(state, seat), since: isoTime(since) })),
    incidents: steps.flatMap(({ plan_id, step_id, status, why }) => (status === 'blocked' || status === 'failed' ? [{ step: stepKey(plan_id, step_id), state: status, why }] : [])),
    breaker: open === undefined ? { state: 'closed', scope: null, reason: null } : { state: open.state, scope: open.scope, reason: open.reason },
    breakers,
    paused: [...state.paused.keys()],
    ...(state.frozen === null ? {} : { frozen: frozenView(state.frozen) }),
  };
}

/** As files and documents say it. */
export function frozenView({ by, reason, at_ms, seq }: Frozen): FrozenView {
  return { by, reason, at: isoTime(at_ms), seq };
}

export interface FrozenView {
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  /** The entry that says so. */
  readonly seq: number;
}

/** Totals over the whole ledger. */
function summaryView(state: State, as_of: number, at_ms: number): object {
  const plans: Record<string, number> = {};
  let done = 0;
  let attempts = 0;
  let receipts = 0;
  let tokens = 0;
  let micro_usd = 0;
  let blocked = 0;
  for (const plan of state.plans.values()) {
    const status = planStatus(plan);
    plans[status] = (plans[status] ?? 0) + 1;
    done += plan.counts.done;
    blocked += plan.counts.blocked + plan.counts.failed;
    tokens += plan.spent.tokens;
    micro_usd += plan.spent.micro_usd;
    for (const step of plan.steps.values()) {
      attempts += step.fence;
      receipts += step.receipts.length;
    }
  }
  return { schema: 'coo/usage.v1', as_of, at: isoTime(at_ms), active_seats: state.claims.size, plans, steps: { done, blocked, ready: tally(state).ready }, attempts, receipts, ...(tokens + micro_usd === 0 ? {} : { spent: { tokens, micro_usd } }) };
}
