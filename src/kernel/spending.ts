import type { Millis } from './ids.ts';
import { DEFAULT_LIMITS, TOKENS_PER_DAY, TOKENS_PER_STEP, USD_PER_DAY, USD_PER_STEP } from './limits.ts';
import type { Allowance, Seat } from './org.ts';
import type { State, StepState } from './state.ts';

/** What agents used. Money in millionths of a US dollar, so that sums are exact; what had no price adds nothing. */
export interface Spent {
  readonly tokens: number;
  readonly micro_usd: number;
}

/** Of one day (UTC), in days since 1970: of each group of seats, and of all. */
export interface DaySpent {
  readonly day: number;
  readonly groups: Map<string, Spent>;
  all: Spent;
}

export const NOTHING: Spent = { tokens: 0, micro_usd: 0 };
const DAY_MS = 86_400_000;
const MICRO = 1_000_000;

export function dayOf(at_ms: Millis): number {
  return Math.floor(at_ms / DAY_MS);
}

/** The first moment of the day after. */
export function tomorrow(at_ms: Millis): Millis {
  return (dayOf(at_ms) + 1) * DAY_MS;
}

export function plus(a: Spent, b: Spent): Spent {
  return { tokens: a.tokens + b.tokens, micro_usd: a.micro_usd + b.micro_usd };
}

/** Whether an allowance is used up, and which part of it: the words for a reason. Undefined while something is left of all of it. */
export function usedUp(allowed: Allowance, { tokens, micro_usd }: Spent): string | undefined {
  if (allowed.tokens !== undefined && tokens >= allowed.tokens) return `${String(tokens)} of ${String(allowed.tokens)} tokens are spent`;
  if (allowed.usd !== undefined && micro_usd >= allowed.usd * MICRO) return `$${(micro_usd / MICRO).toFixed(2)} of $${String(allowed.usd)} are spent`;
  return undefined;
}

/** What the organisation lets all agents spend in a day. */
export function dayAllowance({ org }: State): Required<Allowance> {
  const limits = org?.limits ?? DEFAULT_LIMITS;
  return { tokens: limits.tokens_per_day ?? TOKENS_PER_DAY, usd: limits.usd_per_day ?? USD_PER_DAY };
}

/** What an attempt of this step by this seat may spend at most: the least that is left of step, plan, seat and day. Never negative. */
export function leftFor(state: State, step: StepState, seat: Seat, at_ms: Millis): Required<Allowance> {
  const limits = state.org?.limits ?? DEFAULT_LIMITS;
  const plan = state.plans.get(step.plan_id);
  const day = state.day?.day === dayOf(at_ms) ? state.day : null;
  const rest = [
    left({ tokens: limits.tokens_per_step ?? TOKENS_PER_STEP, usd: limits.usd_per_step ?? USD_PER_STEP }, NOTHING),
    left(plan?.plan.budget ?? {}, plan?.spent ?? NOTHING),
    left(seat.budget ?? {}, day?.groups.get(seat.group) ?? NOTHING),
    left(dayAllowance(state), day?.all ?? NOTHING),
  ];
  return { tokens: Math.min(...rest.map(({ tokens }) => tokens)), usd: Math.min(...rest.map(({ usd }) => usd)) };
}

function left({ tokens = Infinity, usd = Infinity }: Allowance, spent: Spent): Required<Allowance> {
  return { tokens: Math.max(0, tokens - spent.tokens), usd: Math.max(0, Math.round(usd * MICRO - spent.micro_usd) / MICRO) };
}
