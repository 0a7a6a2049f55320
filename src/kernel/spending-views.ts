import type { Millis, PlanId, SeatId } from './ids.ts';
import { isoTime } from './iso.ts';
import { DEFAULT_LIMITS, TOKENS_PER_STEP, USD_PER_STEP } from './limits.ts';
import { isAgent } from './org.ts';
import type { Allowance } from './org.ts';
import { mayDo } from './ranking.ts';
import { counted, dayAllowance, left, NOTHING, spentOn } from './spending.ts';
import type { Spent } from './spending.ts';
import type { State, StepState } from './state.ts';
import { planStatus } from './views.ts';

/** What was spent, money in US dollars. What coo counts itself is there where a cap on it is. */
export interface SpentView {
  readonly tokens: number;
  readonly usd: number;
  readonly attempts?: number;
  readonly wall_ms?: number;
  readonly lines?: number;
}
/** What attempts used on a day (UTC), and what they may. */
export interface SpendingView extends SpentView {
  readonly day: string;
  readonly cap: Allowance & MoneyCap;
  /** Of one attempt of an agent. */
  readonly step_cap: MoneyCap;
  /** Groups of seats with an agent or a cap; without `cap` only the day's holds. */
  readonly seats: readonly (SpentView & { readonly seat: SeatId; readonly cap?: Allowance })[];
  /** Active plans with a budget, of which the days do not matter; absent where there is none. */
  readonly plans?: readonly (SpentView & { readonly plan_id: PlanId; readonly cap: Allowance })[];
}
type MoneyCap = Required<Pick<Allowance, 'tokens' | 'usd'>>;
/** What is left of one of the caps that an attempt is held by. */
export interface Room {
  /** Whose cap it is, in words: `plan p`. */
  readonly of: string;
  readonly cap: Allowance;
  readonly left: Allowance;
}
/** A group of seats that gets nothing for now. */
export interface ParkedView {
  readonly seat: SeatId;
  readonly until: string;
  /** `quota`: its provider takes no more; `budget`: what it may spend is spent. */
  readonly why: 'quota' | 'budget';
  readonly reason: string;
}

const MICRO = 1_000_000;
const DATE_LENGTH = 10;

/** Null where no seat has an agent and nothing is capped. */
export function spendingView(state: State, at_ms: Millis): SpendingView | null {
  const groups = new Map([...state.seats.values()].flatMap(({ seat }) => (isAgent(seat.harness) || seat.budget !== undefined ? [[seat.group, seat.budget] as const] : [])));
  const plans = [...state.plans.values()].flatMap((plan) => (plan.plan.budget === undefined || planStatus(plan) !== 'active' ? [] : [{ plan_id: plan.plan.plan_id, ...spentView(plan.spent, plan.plan.budget), cap: plan.plan.budget }]));
  const cap = dayAllowance(state);
  if (groups.size === 0 && plans.length === 0 && Object.keys(counted(cap)).length === 0) return null;
  const day = spentOn(state, at_ms);
  const limits = state.org?.limits ?? DEFAULT_LIMITS;
  return {
    day: isoTime(at_ms).slice(0, DATE_LENGTH),
    ...spentView(day?.all, cap),
    cap,
    step_cap: { tokens: limits.tokens_per_step ?? TOKENS_PER_STEP, usd: limits.usd_per_step ?? USD_PER_STEP },
    seats: Array.from(groups, ([seat, own]) => ({ seat, ...spentView(day?.groups.get(seat), own), ...(own === undefined ? {} : { cap: own }) })),
    ...(plans.length === 0 ? {} : { plans }),
  };
}

export function spentView({ tokens, micro_usd, attempts, wall_ms, lines }: Spent = NOTHING, cap: Allowance = {}): SpentView {
  return { tokens, usd: micro_usd / MICRO, ...(cap.attempts === undefined ? {} : { attempts }), ...(cap.wall_ms === undefined ? {} : { wall_ms }), ...(cap.lines === undefined ? {} : { lines }) };
}

/** What holds an attempt of this step, by any seat that may do it: the step's own cap first, then what is left for its plan, seats and everybody. */
export function roomFor(state: State, step: StepState, at_ms: Millis): readonly Room[] {
  const { tokens_per_step: tokens = TOKENS_PER_STEP, usd_per_step: usd = USD_PER_STEP } = state.org?.limits ?? DEFAULT_LIMITS;
  const own = step.spec.budget ?? {};
  const plan = state.plans.get(step.plan_id);
  const day = spentOn(state, at_ms);
  const groups = new Map([...state.seats.values()].flatMap(({ seat }) => (seat.budget !== undefined && mayDo(seat, step) ? [[seat.group, seat.budget] as const] : [])));
  return [
    roomOf(`one attempt of ${step.key}`, { tokens: Math.min(tokens, own.tokens ?? tokens), usd: Math.min(usd, own.usd ?? usd) }, NOTHING),
    ...(plan?.plan.budget === undefined ? [] : [roomOf(`plan ${step.plan_id}`, plan.plan.budget, plan.spent)]),
    ...Array.from(groups, ([group, cap]) => roomOf(`seat ${group} today`, cap, day?.groups.get(group) ?? NOTHING)),
    roomOf('all agents today', dayAllowance(state), day?.all ?? NOTHING),
  ];
}

function roomOf(of: string, cap: Allowance, spent: Spent): Room {
  const rest = left(cap, spent);
  const money = { ...(cap.tokens === undefined ? {} : { tokens: rest.tokens }), ...(cap.usd === undefined ? {} : { usd: rest.micro_usd / MICRO }) };
  return { of, cap, left: { ...money, ...(cap.attempts === undefined ? {} : { attempts: rest.attempts }), ...(cap.wall_ms === undefined ? {} : { wall_ms: rest.wall_ms }), ...(cap.lines === undefined ? {} : { lines: rest.lines }) } };
}

export function parkedViews({ parked }: State): readonly ParkedView[] {
  return Array.from(parked, ([seat, { until_ms, why, reason }]) => ({ seat, until: isoTime(until_ms), why, reason }));
}
