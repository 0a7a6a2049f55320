import type { Millis, SeatId } from './ids.ts';
import { isoTime } from './iso.ts';
import { DEFAULT_LIMITS, TOKENS_PER_STEP, USD_PER_STEP } from './limits.ts';
import { isAgent } from './org.ts';
import type { Allowance } from './org.ts';
import { dayAllowance, dayOf, NOTHING } from './spending.ts';
import type { Spent } from './spending.ts';
import type { State } from './state.ts';

/** What was spent, in US dollars. */
export interface SpentView {
  readonly tokens: number;
  readonly usd: number;
}
/** What agents used on a day (UTC), and what they may. */
export interface SpendingView extends SpentView {
  readonly day: string;
  readonly cap: Required<Allowance>;
  /** Of one attempt. */
  readonly step_cap: Required<Allowance>;
  /** Groups of seats with an agent; without `cap` only the day's holds. */
  readonly seats: readonly (SpentView & { readonly seat: SeatId; readonly cap?: Allowance })[];
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

/** Null where no seat has an agent. */
export function spendingView(state: State, at_ms: Millis): SpendingView | null {
  const agents = new Map([...state.seats.values()].flatMap(({ seat }) => (isAgent(seat.harness) ? [[seat.group, seat.budget] as const] : [])));
  if (agents.size === 0) return null;
  const day = state.day?.day === dayOf(at_ms) ? state.day : null;
  const limits = state.org?.limits ?? DEFAULT_LIMITS;
  return {
    day: isoTime(at_ms).slice(0, DATE_LENGTH),
    ...shown(day?.all),
    cap: dayAllowance(state),
    step_cap: { tokens: limits.tokens_per_step ?? TOKENS_PER_STEP, usd: limits.usd_per_step ?? USD_PER_STEP },
    seats: Array.from(agents, ([seat, cap]) => ({ seat, ...shown(day?.groups.get(seat)), ...(cap === undefined ? {} : { cap }) })),
  };
}

function shown({ tokens, micro_usd }: Spent = NOTHING): SpentView {
  return { tokens, usd: micro_usd / MICRO };
}

export function parkedViews({ parked }: State): readonly ParkedView[] {
  return Array.from(parked, ([seat, { until_ms, why, reason }]) => ({ seat, until: isoTime(until_ms), why, reason }));
}
