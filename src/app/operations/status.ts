import type { PlanState, PlanStatus, SeatState, State, StepState, StepStatus } from '../../kernel/state.ts';
import { breakerViews } from '../../kernel/breaker-views.ts';
import type { BreakerView } from '../../kernel/breaker-views.ts';
import { isoTime } from '../../kernel/iso.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import type { StepKey } from '../../kernel/ids.ts';
import type { Allowance } from '../../kernel/org.ts';
import { standsBehind } from '../../kernel/overlap.ts';
import { mayDo, rankOf } from '../../kernel/ranking.ts';
import { stopFor, stopForSeat } from '../../kernel/stops.ts';
import { parkedViews, spendingView, spentView } from '../../kernel/spending-views.ts';
import { allowanceOf, NOTHING } from '../../kernel/spending.ts';
import type { ParkedView, SpendingView, SpentView } from '../../kernel/spending-views.ts';
import { planView, seatStatus } from '../../kernel/views.ts';
import type { PlanView, SeatStatus } from '../../kernel/views.ts';
import { frozenView } from '../manager/checkpoint.ts';
import type { FrozenView } from '../manager/checkpoint.ts';
import { managerLife } from '../manager/epoch.ts';
import type { ManagerLife } from '../manager/epoch.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { beatSign } from '../manager/beat.ts';
import { quietOf } from '../quiet.ts';
import type { Quiet } from '../quiet.ts';
import { notedUsage } from '../used.ts';
import { barredHere } from './barred.ts';
import type { Barred } from './barred.ts';
import { lateResults } from './late.ts';
import type { Late } from './late.ts';
import { refusedPlans } from './refused.ts';
import type { RefusedPlan } from './refused.ts';

/** Who managed at an entry of long ago; whether it lived then cannot be told any more. */
export type PastLife = Omit<Exclude<ManagerLife, { readonly kind: 'none' }>, 'kind'> & { readonly kind: 'past' };

export interface Status {
  /** Why nothing can be appended from here; null = it can. */
  readonly barred: Barred | null;
  readonly plans: readonly PlanView[];
  /** Ended plans that are left out; `coo plan list` has them. */
  readonly omitted: number;
  /** Steps that were asked for and are over the limit. */
  readonly more: number;
  /** Plan files that a manager did not take in. */
  readonly refused: readonly RefusedPlan[];
  /** `why`: what its attempts lack. */
  readonly seats: readonly { readonly seat: string; readonly state: SeatStatus; readonly step: string | null; readonly why?: string }[];
  /** The widest that is not closed. */
  readonly breaker: { readonly state: 'closed' | 'open' | 'half_open'; readonly reason: string | null; readonly scope: string | null };
  readonly breakers: readonly BreakerView[];
  readonly paused: readonly { readonly scope: string; readonly by: string; readonly reason: string }[];
  readonly frozen: FrozenView | null;
  /** Steps whose agent gives no sign of life, as far as this machine sees. */
  readonly quiet: readonly { readonly step: string; readonly since: string; readonly why: Quiet['why'] }[];
  /** What came after its fence was over, of steps that are not done. */
  readonly late: readonly Late[];
  /** Groups of seats that get nothing for now. */
  readonly parked: readonly ParkedView[];
  /** Null where no seat has an agent and nothing is capped. */
  readonly spending: (SpendingView & { readonly at_work?: readonly AtWork[] }) | null;
  readonly manager: { readonly alive: boolean; readonly since: string | null; readonly life: ManagerLife['kind'] | PastLife['kind']; readonly pid: number | null; /** When one that does not live gave its last sign. */ readonly seen: string | null };
  readonly ledger: { readonly seq: number; readonly head: string | null; readonly id: string | null };
  readonly mode: 'dev' | 'governed';
}

/** What an attempt at work used so far, as its program told, and what it may. */
export interface AtWork extends Pick<SpentView, 'tokens' | 'usd'> {
  readonly step: StepKey;
  readonly cap: Required<Pick<Allowance, 'tokens' | 'usd'>>;
}

export interface StatusAsk {
  readonly plan_id?: string;
  /** Steps that can be claimed now; with a seat, those that it can claim. */
  readonly ready?: boolean;
  /** What this seat does. */
  readonly seat?: string;
  /** So many steps at most, and so many ended plans. */
  readonly limit?: number;
  /** For a program that says none of this: so much that it can afford to look often. */
  readonly brief?: boolean;
}

const ENDED: ReadonlySet<PlanStatus> = new Set(['done', 'cancelled']);
/** Ended plans shown without being asked for. */
const SHOWN_ENDED = 20;
/** Steps, and ended plans, in the brief form. */
const BRIEF_STEPS = 40;
const BRIEF_ENDED = 5;
/** Ready steps shown without being asked for more: whoever looks for work takes one of the best. */
const SHOWN_READY = 20;

/** Everything at a glance. Plans that go on are shown whole; of those that ended the last few. */
export async function status(session: LedgerSession, ask: StatusAsk = {}): Promise<Status> {
  const ids = new Map([...session.state.names.values()].map((id) => [id, session.lines.get(id)]));
  const ended = [...ids].filter(([id, line]) => line !== undefined && ENDED.has(line.state) && !session.state.plans.has(id)).map(([id]) => id);
  const brief = ask.brief === true && ask.plan_id === undefined && ask.seat === undefined;
  const shownEnded = ask.limit ?? (brief ? BRIEF_ENDED : SHOWN_ENDED);
  const left = new Set(ask.plan_id === undefined ? ended.slice(0, Math.max(0, ended.length - shownEnded)) : [...ids.keys()].filter((id) => id !== ask.plan_id));
  for (const id of ids.keys()) if (!left.has(id)) await session.ensure(id);
  const { state } = session;
  const plans = [...ids.keys()].flatMap((id) => (left.has(id) ? [] : (state.plans.get(id) ?? [])));
  const life = managerLife(session);
  const seen_ms = life.kind === 'none' || life.kind === 'alive' ? null : (await beatSign(session.world, life.epoch)).at_ms;
  const around = { barred: await barredHere(session), life, seen_ms, refused: await refusedPlans(session.world), omitted: left.size, seq: session.seq, head: session.head, at_ms: session.world.clock.now(), quiet: await quietSteps(session), at_work: await atWork(session), late: await lateResults(session) };
  return statusOf(state, plans, around, ask, brief ? BRIEF_STEPS : Infinity);
}

async function quietSteps({ world, state }: LedgerSession): Promise<Status['quiet']> {
  const found = await Promise.all(Array.from(state.claims.values(), async (claim) => ({ claim, quiet: await quietOf(world, state, claim) })));
  return found.flatMap(({ claim, quiet }) => (quiet === undefined ? [] : [{ step: stepKey(claim.plan_id, claim.step_id), since: quiet.since, why: quiet.why }]));
}

async function atWork({ world, state }: LedgerSession): Promise<readonly AtWork[]> {
  const found = await Promise.all(Array.from(state.claims, async ([step, claim]) => ({ step, claim, usage: claim.accounted ? undefined : await notedUsage(world, orderId(claim.plan_id, claim.step_id, claim.fence)) })));
  return found.flatMap(({ step, claim, usage }) => (usage === undefined ? [] : [{ step, ...spentView({ ...NOTHING, tokens: usage.tokens, micro_usd: usage.micro_usd ?? 0 }), cap: allowanceOf(claim.reserved) }]));
}

/** What a status says beside the state: who manages, what lies in the worktree, where the ledger stands. */
export interface Around extends Pick<Status, 'barred' | 'refused' | 'omitted' | 'quiet' | 'late'> {
  readonly at_work: readonly AtWork[];
  readonly life: ManagerLife | PastLife;
  readonly seen_ms: number | null;
  readonly seq: number;
  readonly head: string | null;
  /** The time that it is then. */
  readonly at_ms: number;
}

/** A state at a glance, with these of its plans. `otherwise`: so many steps at most where nobody says a number. */
export function statusOf(state: State, plans: readonly PlanState[], { barred, life, seen_ms, refused, omitted, seq, head, at_ms, quiet, at_work, late }: Around, ask: StatusAsk = {}, otherwise = Infinity): Status {
  const breakers = breakerViews(state);
  const [open] = breakers;
  const spending = spendingView(state, at_ms);
  return {
    ...stepsAsked(state, plans, ask, otherwise),
    barred,
    omitted,
    refused,
    seats: [...state.seats.values()].filter(({ seat }) => ask.seat === undefined || seat.seat === ask.seat).map((seat) => seatOf(state, seat)),
    breaker: open === undefined ? { state: 'closed', reason: null, scope: null } : { state: open.state, reason: open.reason, scope: open.scope },
    breakers,
    paused: [...state.paused].map(([scope, { by, reason }]) => ({ scope, by, reason })),
    frozen: state.frozen === null ? null : frozenView(state.frozen),
    quiet,
    late,
    parked: parkedViews(state),
    spending: spending === null || at_work.length === 0 ? spending : { ...spending, at_work },
    manager: { alive: life.kind === 'alive', since: life.kind === 'none' ? null : isoTime(life.since_ms), life: life.kind, pid: life.kind === 'none' ? null : life.pid, seen: seen_ms === null ? null : isoTime(seen_ms) },
    ledger: { seq, head, id: state.ledger },
    mode: state.org?.mode ?? 'dev',
  };
}

function seatOf(state: State, { seat, claim }: SeatState): Status['seats'][number] {
  const shown = { seat: seat.seat, state: seatStatus(state, seat.seat), step: claim };
  const unfit = state.unfit.get(seat.group);
  return unfit === undefined ? shown : { ...shown, why: `${unfit.message}: ${unfit.fix}` };
}

/** Which steps come first where not all are shown: what is at work, what needs somebody, what can begin, then the rest. */
const URGENCY: Readonly<Record<StepStatus, number>> = { claimed: 0, running: 0, checking: 0, blocked: 1, failed: 1, ready: 2, waiting: 3, done: 4, cancelled: 4 };

/** The plans with the steps that were asked for. Without a question about steps every plan is there, however few of its steps are. */
function stepsAsked(state: State, plans: readonly PlanState[], { ready = false, seat, limit }: StatusAsk, otherwise: number): Pick<Status, 'plans' | 'more'> {
  const who = seat === undefined ? undefined : state.seats.get(seat)?.seat;
  const isAsked = (step: StepState): boolean => {
    if (ready) return step.status === 'ready' && stopFor(state, step.plan_id) === undefined && (who === undefined || (mayDo(who, step) && stopForSeat(state, who) === undefined)) && standsBehind(state, step) === undefined;
    return seat === undefined || state.claims.get(step.key)?.seat === seat;
  };
  const asked = plans.flatMap((plan) => [...plan.steps.values()].filter(isAsked).map((step) => ({ step, urgency: URGENCY[step.status], rank: rankOf(plan, step) })));
  const most = limit ?? (ready ? SHOWN_READY : otherwise);
  const first = asked.length <= most ? asked : asked.toSorted((a, b) => a.urgency - b.urgency || a.rank - b.rank).slice(0, most);
  const shown = new Set(first.map(({ step }) => step.key));
  const views = plans.map((plan) => withSteps(planView(state, plan), shown));
  return { plans: ready || seat !== undefined ? views.filter(({ steps }) => steps.length > 0) : views, more: asked.length - first.length };
}

function withSteps(view: PlanView, shown: ReadonlySet<string>): PlanView {
  return { ...view, steps: view.steps.filter(({ step_id }) => shown.has(stepKey(view.plan_id, step_id))) };
}
