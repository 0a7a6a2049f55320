import type { Event, EventOf } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { PlanId, SeatId } from '../ids.ts';
import type { Input } from '../input.ts';
import { MAX_EVENTS } from '../limits.ts';
import { isAgent } from '../org.ts';
import { counted, dayAllowance, isCounted, NOTHING, plus, spentOn, tomorrow, usedUp, wallOf } from '../spending.ts';
import type { Spent } from '../spending.ts';
import type { Claim, PlanState, SeatState, State } from '../state.ts';
import { openedFor } from './trip.ts';

/** What is decided, and where it ends attempts that a budget counts, what they took and what follows where that uses the budget up. As much as one entry holds. */
export function withCounts(state: State, input: Input, events: readonly Event[]): readonly Event[] {
  const ends = events.flatMap((event) => endedBy(state, event).flatMap((claim) => countOf(state, input, claim, event)));
  return ends.length === 0 ? events : [...events, ...ends, ...usedUpBy(state, ends, events, input.at_ms)].slice(0, MAX_EVENTS);
}

/** An attempt that coo runs and that an event ends, where a budget counts it. */
function countOf(state: State, input: Input, claim: Claim, event: Event): readonly EventOf<'run.counted'>[] {
  const plan = state.plans.get(claim.plan_id);
  if (claim.kind !== 'beating' || plan === undefined) return [];
  const seat = state.seats.get(claim.seat)?.seat;
  if (!isCounted(state, plan, seat)) return [];
  const { plan_id, step_id, fence, at_ms } = claim;
  const step = plan.steps.get(step_id);
  // A clock that is set forward is no work: none goes on for longer than its order lets it.
  const most = claim.reserved.wall_ms ?? (step === undefined ? 0 : wallOf(state, step));
  const lines = event.type === 'run.accepted' && input.type === 'judged' ? (input.lines ?? 0) : 0;
  return [{ type: 'run.counted', plan_id, step_id, fence, group: seat?.group ?? claim.seat, wall_ms: Math.min(most, Math.max(0, input.at_ms - at_ms)), lines, at_ms: input.at_ms }];
}

function endedBy(state: State, event: Event): readonly Claim[] {
  switch (event.type) {
    case 'plan.cancelled':
      return [...state.claims.values()].filter(({ plan_id }) => plan_id === event.plan_id);
    case 'run.accepted':
    case 'run.ended':
    case 'run.lost':
    case 'claim.released':
    case 'claim.revoked':
    case 'step.blocked':
    case 'step.skipped':
    case 'step.overridden':
      return [state.claims.get(stepKey(event.plan_id, event.step_id)) ?? []].flat();
    default:
      return [];
  }
}

/** A plan's budget opens its breaker, while anything of it is left to do; a seat's keeps its group from work until the next day (UTC), and that of the day everybody. */
function usedUpBy(state: State, ends: readonly EventOf<'run.counted'>[], decided: readonly Event[], at_ms: number): readonly Event[] {
  const day = spentOn(state, at_ms);
  const plans = new Map<PlanId, Spent>();
  const groups = new Map<SeatId, Spent>();
  let all = day?.all ?? NOTHING;
  for (const { plan_id, group, wall_ms, lines } of ends) {
    const took = { attempts: 1, wall_ms, lines };
    plans.set(plan_id, plus(plans.get(plan_id) ?? state.plans.get(plan_id)?.spent ?? NOTHING, took));
    groups.set(group, plus(groups.get(group) ?? day?.groups.get(group) ?? NOTHING, took));
    all = plus(all, took);
  }
  const events: Event[] = [];
  for (const [plan_id, spent] of plans) {
    const plan = state.plans.get(plan_id);
    const over = plan === undefined ? undefined : usedUp(counted(plan.plan.budget ?? {}), spent);
    const isOpen = state.breakers.get(plan_id)?.kind === 'open' || decided.some((event) => event.type === 'breaker.opened' && event.scope === plan_id);
    if (plan === undefined || over === undefined || isOpen || isLast(plan, decided)) continue;
    events.push(openedFor(state, { scope: plan_id, reason: `the budget of ${plan_id} is used up: ${over}`, at_ms: null, cause: 'budget' }));
  }
  const dayOver = usedUp(counted(dayAllowance(state)), all);
  const over = dayOver === undefined ? overGroups(state, groups) : [...worked(state.seats.values())].map((group) => [group, `the budget of the day is used up: ${dayOver}`] as const);
  for (const [group, reason] of over) events.push({ type: 'seat.parked', group, until_ms: tomorrow(at_ms), why: 'budget', reason });
  return events;
}

/** Whether what is decided finishes the last open step of a plan, or cancels it: nothing is left to stop. */
function isLast({ plan: { plan_id }, counts, steps }: PlanState, decided: readonly Event[]): boolean {
  const mine = decided.filter((event) => 'plan_id' in event && event.plan_id === plan_id);
  return mine.some(({ type }) => type === 'plan.cancelled') || counts.done + mine.filter(({ type }) => type === 'run.accepted' || type === 'step.skipped').length >= steps.size;
}

function overGroups(state: State, groups: ReadonlyMap<SeatId, Spent>): readonly (readonly [SeatId, string])[] {
  return [...groups].flatMap(([group, spent]) => {
    const seat = [...state.seats.values()].find((one) => one.seat.group === group)?.seat;
    const over = usedUp(counted(seat?.budget ?? {}), spent);
    return over === undefined ? [] : [[group, `the budget of seat ${group} for the day is used up: ${over}`] as const];
  });
}

/** Groups whose attempts coo runs. */
function worked(seats: Iterable<SeatState>): ReadonlySet<SeatId> {
  return new Set([...seats].flatMap(({ seat }) => (seat.harness === 'shell' || isAgent(seat.harness) ? [seat.group] : [])));
}
