import type { Millis, StepKey } from './ids.ts';
import { DEFAULT_LIMITS, TOKENS_PER_DAY, TOKENS_PER_STEP, USD_PER_DAY, USD_PER_STEP } from './limits.ts';
import { isAgent } from './org.ts';
import type { Allowance, Seat } from './org.ts';
import type { Claim, PlanState, State, StepState } from './state.ts';

/** What attempts used: of an agent, what its program says; of every attempt that coo runs, what coo counts itself where a budget asks for it. */
export interface Spent {
  readonly tokens: number;
  /** Millionths of a US dollar, so that sums are exact; what had no price adds nothing. */
  readonly micro_usd: number;
  readonly attempts: number;
  /** From grant to end. */
  readonly wall_ms: number;
  /** Added and removed, of accepted changes. */
  readonly lines: number;
}

/** What is kept for an attempt at work. Null: no budget asks for it. `lines` is the most it may change, and not held: most changes take little of it. */
export type Reserved = Pick<Spent, 'tokens' | 'micro_usd' | 'attempts'> & { readonly wall_ms: number | null; readonly lines: number | null };

/** Of one day (UTC), in days since 1970: of each group of seats, and of all. */
export interface DaySpent {
  readonly day: number;
  readonly groups: Map<string, Spent>;
  all: Spent;
}

export const NOTHING: Spent = { tokens: 0, micro_usd: 0, attempts: 0, wall_ms: 0, lines: 0 };
export const NO_RESERVE: Reserved = { tokens: 0, micro_usd: 0, attempts: 0, wall_ms: null, lines: null };
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

export function plus(a: Spent, b: Partial<Spent>): Spent {
  const { tokens = 0, micro_usd = 0, attempts = 0, wall_ms = 0, lines = 0 } = b;
  return { tokens: a.tokens + tokens, micro_usd: a.micro_usd + micro_usd, attempts: a.attempts + attempts, wall_ms: a.wall_ms + wall_ms, lines: a.lines + lines };
}

/** The part of an allowance that an agent's program tells about. */
export function ofAgents({ tokens, usd }: Allowance): Allowance {
  return { ...(tokens === undefined ? {} : { tokens }), ...(usd === undefined ? {} : { usd }) };
}

/** The part of an allowance that coo counts itself, whatever runs the attempt. */
export function counted({ attempts, wall_ms, lines }: Allowance): Allowance {
  return { ...(attempts === undefined ? {} : { attempts }), ...(wall_ms === undefined ? {} : { wall_ms }), ...(lines === undefined ? {} : { lines }) };
}

/** Whether a budget of attempts, of their time or of lines concerns the attempts of a seat in a plan. */
export function isCounted(state: State, plan: Pick<PlanState, 'plan'>, seat: Pick<Seat, 'budget'> | undefined): boolean {
  const { attempts_per_day, wall_per_day_ms, lines_per_day } = state.org?.limits ?? DEFAULT_LIMITS;
  return (attempts_per_day ?? wall_per_day_ms ?? lines_per_day) !== undefined || counts(plan.plan.budget) || counts(seat?.budget);
}

function counts(budget: Allowance | undefined): boolean {
  return budget !== undefined && (budget.attempts ?? budget.wall_ms ?? budget.lines) !== undefined;
}

/** Whether an allowance is used up, and which part of it: the words for a reason. Undefined while something is left of all of it. */
export function usedUp(allowed: Allowance, spent: Spent): string | undefined {
  const { tokens = Infinity, usd = Infinity, attempts = Infinity, wall_ms = Infinity, lines = Infinity } = allowed;
  if (spent.tokens >= tokens) return `${String(spent.tokens)} of ${String(tokens)} tokens are spent`;
  if (spent.micro_usd >= usd * MICRO) return `$${(spent.micro_usd / MICRO).toFixed(2)} of $${String(usd)} are spent`;
  if (spent.attempts >= attempts) return `${String(spent.attempts)} of ${String(attempts)} attempts are made`;
  if (spent.wall_ms >= wall_ms) return `${minutes(spent.wall_ms)} of ${minutes(wall_ms)} minutes of work are done`;
  if (spent.lines >= lines) return `${String(spent.lines)} of ${String(lines)} lines are changed`;
  return undefined;
}

/** With one digit: 0.5. */
function minutes(ms: number): string {
  return String(Math.round(ms / 6_000) / 10);
}

/** What the organisation lets all attempts of a day use. */
export function dayAllowance({ org }: State): Allowance & Required<Pick<Allowance, 'tokens' | 'usd'>> {
  const { tokens_per_day = TOKENS_PER_DAY, usd_per_day = USD_PER_DAY, attempts_per_day: attempts, wall_per_day_ms: wall_ms, lines_per_day: lines } = org?.limits ?? DEFAULT_LIMITS;
  return { tokens: tokens_per_day, usd: usd_per_day, ...counted({ ...(attempts === undefined ? {} : { attempts }), ...(wall_ms === undefined ? {} : { wall_ms }), ...(lines === undefined ? {} : { lines }) }) };
}

/** How long an attempt of a step may take by its plan and the organisation, in milliseconds. */
export function wallOf(state: State, { spec }: Pick<StepState, 'spec'>): number {
  const limits = state.org?.limits ?? DEFAULT_LIMITS;
  return Math.min(spec.budget?.wall_ms ?? limits.wall_ms, limits.wall_ms);
}

/** What an attempt of this step by this seat may use: the least of what its plan says and what is left of step, plan, seat and day. Never negative. */
export function reserveFor(state: State, step: StepState, seat: Seat, at_ms: Millis): Reserved {
  const plan = state.plans.get(step.plan_id);
  const asks = plan !== undefined && isCounted(state, plan, seat);
  const pays = isAgent(seat.harness);
  if (!asks && !pays) return NO_RESERVE;
  const caps = scopesOf(state, step, seat, at_ms).map(({ allowed, spent }) => left(allowed, spent));
  const least = (of: keyof Spent, ...own: readonly number[]): number => Math.min(...own, ...caps.map((cap) => cap[of]));
  const { tokens_per_step = TOKENS_PER_STEP, usd_per_step = USD_PER_STEP } = state.org?.limits ?? DEFAULT_LIMITS;
  const { tokens = Infinity, usd = Infinity } = step.spec.budget ?? {};
  const wall_ms = least('wall_ms');
  const lines = least('lines');
  return {
    tokens: pays ? least('tokens', tokens, tokens_per_step) : 0,
    micro_usd: pays ? least('micro_usd', Math.round(usd * MICRO), Math.round(usd_per_step * MICRO)) : 0,
    attempts: asks ? 1 : 0,
    wall_ms: wall_ms === Infinity ? null : Math.min(wall_ms, wallOf(state, step)),
    lines: lines === Infinity ? null : lines,
  };
}

/**
 * Where too little is left for another attempt while others are at work, as what they may use is held for them: in the step's plan, or for its seat
 * (the seat's day, or everybody's). Undefined: there is enough.
 */
export function heldBack(state: State, step: StepState, seat: Seat, at_ms: Millis): 'plan' | 'seat' | undefined {
  const wanted = reserveFor(state, step, seat, at_ms);
  if (wanted === NO_RESERVE) return undefined;
  for (const { kind, allowed, spent, concerns } of scopesOf(state, step, seat, at_ms)) {
    let held = NOTHING;
    for (const claim of state.claims.values()) if (concerns(claim)) held = plus(held, heldFor(claim));
    if (held.tokens + held.micro_usd + held.attempts === 0) continue;
    const rest = left(allowed, plus(spent, held));
    if (rest.tokens < wanted.tokens || rest.micro_usd < wanted.micro_usd || rest.attempts < wanted.attempts || rest.wall_ms < (wanted.wall_ms ?? 0)) return kind;
  }
  return undefined;
}

function heldFor({ reserved: { tokens, micro_usd, attempts, wall_ms } }: Claim): Omit<Spent, 'lines'> {
  return { tokens, micro_usd, attempts, wall_ms: wall_ms ?? 0 };
}

/** An attempt of the same plan that holds some of its budget. */
export function holderIn(state: State, { plan_id }: Pick<StepState, 'plan_id'>): StepKey | undefined {
  for (const [key, claim] of state.claims) if (claim.plan_id === plan_id && claim.reserved.tokens + claim.reserved.micro_usd + claim.reserved.attempts > 0) return key;
  return undefined;
}

interface SpendingScope {
  readonly kind: 'plan' | 'seat';
  readonly allowed: Allowance;
  readonly spent: Spent;
  /** Whether what a claim may use counts here. */
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
export function left({ tokens = Infinity, usd = Infinity, attempts = Infinity, wall_ms = Infinity, lines = Infinity }: Allowance, spent: Spent): Spent {
  return {
    tokens: Math.max(0, tokens - spent.tokens),
    micro_usd: Math.max(0, Math.round(usd * MICRO) - spent.micro_usd),
    attempts: Math.max(0, attempts - spent.attempts),
    wall_ms: Math.max(0, wall_ms - spent.wall_ms),
    lines: Math.max(0, lines - spent.lines),
  };
}

/** Tokens and money as an order says them. */
export function allowanceOf({ tokens, micro_usd }: Pick<Spent, 'tokens' | 'micro_usd'>): Required<Pick<Allowance, 'tokens' | 'usd'>> {
  return { tokens, usd: micro_usd / MICRO };
}
