import type { Millis, StepKey } from './ids.ts';
import { DEFAULT_LIMITS, TOKENS_PER_DAY, TOKENS_PER_STEP, USD_PER_DAY, USD_PER_STEP } from './limits.ts';
import type { Allowance, Seat } from './org.ts';
import type { Claim, State, StepState } from './state.ts';

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

/** What was spent on the day of a time. A clock that was set back brings no new day: what the newest one knows still counts. */
export function spentOn({ day }: State, at_ms: Millis): DaySpent | null {
  return day !== null && day.day >= dayOf(at_ms) ? day : null;
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

/** What an attempt of this step by this seat may spend: the least of what its plan says and what is left of step, plan, seat and day. Never negative. */
export function allowanceFor(state: State, step: StepState, seat: Seat, at_ms: Millis): Spent {
  const limits = state.org?.limits ?? DEFAULT_LIMITS;
  const { tokens, usd } = step.spec.budget ?? {};
  const caps = [left({ tokens: tokens ?? Infinity, usd: usd ?? Infinity }, NOTHING), left({ tokens: limits.tokens_per_step ?? TOKENS_PER_STEP, usd: limits.usd_per_step ?? USD_PER_STEP }, NOTHING), ...scopesOf(state, step, seat, at_ms).map(({ allowed, spent }) => left(allowed, spent))];
  return { tokens: Math.min(...caps.map((cap) => cap.tokens)), micro_usd: Math.min(...caps.map((cap) => cap.micro_usd)) };
}

/**
 * Where too little is left for another attempt while others are at work, as what they may spend is held for them: in the step's plan, or for its seat
 * (the seat's day, or everybody's). Undefined: there is enough.
 */
export function heldBack(state: State, step: StepState, seat: Seat, at_ms: Millis): 'plan' | 'seat' | undefined {
  const wanted = allowanceFor(state, step, seat, at_ms);
  for (const { kind, allowed, spent, concerns } of scopesOf(state, step, seat, at_ms)) {
    let held = NOTHING;
    for (const claim of state.claims.values()) if (concerns(claim)) held = plus(held, claim.reserved);
    if (held.tokens + held.micro_usd === 0) continue;
    const rest = left(allowed, plus(spent, held));
    if (rest.tokens < wanted.tokens || rest.micro_usd < wanted.micro_usd) return kind;
  }
  return undefined;
}

/** An attempt of the same plan that holds some of its budget. */
export function holderIn(state: State, { plan_id }: Pick<StepState, 'plan_id'>): StepKey | undefined {
  for (const [key, claim] of state.claims) if (claim.plan_id === plan_id && claim.reserved.tokens + claim.reserved.micro_usd > 0) return key;
  return undefined;
}

interface SpendingScope {
  readonly kind: 'plan' | 'seat';
  readonly allowed: Allowance;
  readonly spent: Spent;
  /** Whether what a claim may spend counts here. */
  readonly concerns: (claim: Claim) => boolean;
}

function scopesOf(state: State, { plan_id }: StepState, seat: Seat, at_ms: Millis): readonly SpendingScope[] {
  const plan = state.plans.get(plan_id);
  const day = spentOn(state, at_ms);
  return [
    { kind: 'plan', allowed: plan?.plan.budget ?? {}, spent: plan?.spent ?? NOTHING, concerns: (claim) => claim.plan_id === plan_id },
    { kind: 'seat', allowed: seat.budget ?? {}, spent: day?.groups.get(seat.group) ?? NOTHING, concerns: (claim) => state.seats.get(claim.seat)?.seat.group === seat.group },
    { kind: 'seat', allowed: dayAllowance(state), spent: day?.all ?? NOTHING, concerns: () => true },
  ];
}

/** What is left, nothing where it is used up; an absent part is without end. */
export function left({ tokens = Infinity, usd = Infinity }: Allowance, spent: Spent): Spent {
  return { tokens: Math.max(0, tokens - spent.tokens), micro_usd: Math.max(0, Math.round(usd * MICRO) - spent.micro_usd) };
}

/** As an order says it. */
export function allowanceOf({ tokens, micro_usd }: Spent): Required<Allowance> {
  return { tokens, usd: micro_usd / MICRO };
}
