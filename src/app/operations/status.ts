import type { PlanStatus } from '../../kernel/state.ts';
import { planView, seatStatus } from '../../kernel/views.ts';
import type { PlanView, SeatStatus } from '../../kernel/views.ts';
import { managerLife } from '../manager/epoch.ts';
import type { ManagerLife } from '../manager/epoch.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { isoTime } from '../../kernel/iso.ts';
import { refusedPlans } from './refused.ts';
import type { RefusedPlan } from './refused.ts';

export interface Status {
  readonly schema: 'coo/status.v1';
  readonly plans: readonly PlanView[];
  /** Ended plans that are left out; `coo plan list` has them. */
  readonly omitted: number;
  /** Plan files that a manager did not take in. */
  readonly refused?: readonly RefusedPlan[];
  readonly seats: readonly { readonly seat: string; readonly state: SeatStatus; readonly step: string | null }[];
  readonly breaker: { readonly state: 'closed' | 'open' | 'half_open'; readonly reason: string | null; readonly scope: string | null };
  readonly paused: readonly { readonly scope: string; readonly by: string; readonly reason: string }[];
  readonly manager: { readonly alive: boolean; readonly since: string | null; readonly life: ManagerLife['kind']; readonly pid: number | null };
  readonly ledger: { readonly seq: number; readonly head: string | null; readonly id: string | null };
  readonly mode: 'dev' | 'governed';
}

const ENDED: ReadonlySet<PlanStatus> = new Set(['done', 'cancelled']);
/** Ended plans shown without being asked for. */
const SHOWN_ENDED = 20;

/** Everything at a glance. Plans that go on are shown whole; of those that ended the last few. */
export async function status(session: LedgerSession, options: { readonly limit?: number; readonly plan_id?: string } = {}): Promise<Status> {
  const ids = new Map([...session.state.names.values()].map((id) => [id, session.lines.get(id)]));
  const ended = [...ids].filter(([id, line]) => line !== undefined && ENDED.has(line.state) && !session.state.plans.has(id)).map(([id]) => id);
  const left = new Set(options.plan_id === undefined ? ended.slice(0, Math.max(0, ended.length - (options.limit ?? SHOWN_ENDED))) : [...ids.keys()].filter((id) => id !== options.plan_id));
  for (const id of ids.keys()) if (!left.has(id)) await session.ensure(id);
  const { state } = session;
  const plans = [...ids.keys()].flatMap((id) => (left.has(id) ? [] : (state.plans.get(id) ?? [])));
  const life = managerLife(session);
  const [open] = state.breakers;
  const refused = await refusedPlans(session.world);
  return {
    schema: 'coo/status.v1',
    plans: plans.map((plan) => planView(state, plan)),
    omitted: left.size,
    ...(refused.length === 0 ? {} : { refused }),
    seats: [...state.seats.values()].map(({ seat, claim }) => ({ seat: seat.seat, state: seatStatus(state, seat.seat), step: claim })),
    breaker: open === undefined ? { state: 'closed', reason: null, scope: null } : { state: open[1].kind, reason: open[1].reason, scope: open[0] },
    paused: [...state.paused].map(([scope, { by, reason }]) => ({ scope, by, reason })),
    manager: { alive: life.kind === 'alive', since: life.kind === 'none' ? null : isoTime(life.since_ms), life: life.kind, pid: life.kind === 'none' ? null : life.pid },
    ledger: { seq: session.seq, head: session.head, id: state.ledger },
    mode: state.org?.mode ?? 'dev',
  };
}
