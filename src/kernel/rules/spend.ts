import type { Event } from '../event.ts';
import type { Usage } from '../input.ts';
import type { Millis, SeatId } from '../ids.ts';
import { isAgent } from '../org.ts';
import type { Allowance } from '../org.ts';
import { counted, dayAllowance, NOTHING, ofAgents, plus, spentOn, tomorrow, usedUp } from '../spending.ts';
import { openedFor } from './trip.ts';
import type { Claim, PlanState, State } from '../state.ts';

/**
 * What an attempt used, and what follows where a budget is used up: the plan's opens the plan's breaker, which only a person closes; a seat's
 * keeps its group from work until the next day (UTC), and that of the day every agent.
 */
export function spentEvents(state: State, plan: PlanState, claim: Pick<Claim, 'plan_id' | 'step_id' | 'fence' | 'seat'>, { tokens, micro_usd }: Usage, at_ms: Millis): readonly Event[] {
  const { plan_id, step_id, fence } = claim;
  const seat = state.seats.get(claim.seat)?.seat;
  const group = seat?.group ?? claim.seat;
  const used = { tokens, micro_usd: micro_usd ?? 0 };
  const day = spentOn(state, at_ms);
  const events: Event[] = [{ type: 'run.spent', plan_id, step_id, fence, group, tokens, micro_usd, at_ms }];
  const planOver = usedUp(ofAgents(plan.plan.budget ?? {}), plus(plan.spent, used));
  if (planOver !== undefined && state.breakers.get(plan_id)?.kind !== 'open') {
    events.push(openedFor(state, { scope: plan_id, reason: `the budget of ${plan_id} is used up: ${planOver}`, at_ms: null, cause: 'budget' }));
  }
  const dayOver = usedUp(ofAgents(dayAllowance(state)), plus(day?.all ?? NOTHING, used));
  const seatOver = usedUp(ofAgents(seat?.budget ?? {}), plus(day?.groups.get(group) ?? NOTHING, used));
  const over = dayOver !== undefined ? agentGroups(state) : seatOver !== undefined ? [group] : [];
  const reason = dayOver !== undefined ? `the budget of the day is used up: ${dayOver}` : `the budget of seat ${group} for the day is used up: ${seatOver ?? ''}`;
  for (const one of over) events.push({ type: 'seat.parked', group: one, until_ms: tomorrow(at_ms), why: 'budget', reason });
  return events;
}

/** Why a group of seats may spend nothing more today, by the budgets as they stand; undefined while something is left of each. */
export function dayOver(state: State, group: SeatId, at_ms: Millis): string | undefined {
  const day = spentOn(state, at_ms);
  const seat = [...state.seats.values()].find((one) => one.seat.group === group)?.seat;
  const concerns = seat === undefined || isAgent(seat.harness) ? (allowed: Allowance): Allowance => allowed : counted;
  const all = usedUp(concerns(dayAllowance(state)), day?.all ?? NOTHING);
  if (all !== undefined) return `the budget of the day is used up: ${all}`;
  const own = usedUp(concerns(seat?.budget ?? {}), day?.groups.get(group) ?? NOTHING);
  return own === undefined ? undefined : `the budget of seat ${group} for the day is used up: ${own}`;
}

function agentGroups(state: State): readonly string[] {
  const groups = [...state.seats.values()].flatMap(({ seat }) => (isAgent(seat.harness) ? [seat.group] : []));
  return [...new Set(groups)];
}

/** Longest that a group is parked for a provider's word: a reset further away is looked for again, in milliseconds. */
const LONGEST_MS = 8 * 86_400_000;

/** Keeps a group from work until its provider takes requests again; where it did not say when, for `otherwise` milliseconds. */
export function quotaEvent(state: State, claim: Claim, reason: string, until_ms: Millis | undefined, at: { readonly at_ms: Millis; readonly otherwise: number }): Event {
  const group = state.seats.get(claim.seat)?.seat.group ?? claim.seat;
  const until = until_ms === undefined || until_ms <= at.at_ms ? at.at_ms + at.otherwise : Math.min(until_ms, at.at_ms + LONGEST_MS);
  return { type: 'seat.parked', group, until_ms: until, why: 'quota', reason };
}
