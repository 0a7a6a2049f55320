import type { PolicyName } from '../../kernel/event.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { Millis, PlanId, SeatId } from '../../kernel/ids.ts';
import { isoTime } from '../../kernel/iso.ts';
import { bestFor, managed, mayGet } from '../../kernel/ranking.ts';
import { namedScope, scopeFlag } from '../../kernel/scope.ts';
import type { Parked, PlanState, State } from '../../kernel/state.ts';
import { stopFor, stopForSeat, stopOf } from '../../kernel/stops.ts';
import { atWork, due } from '../../kernel/due.ts';
import { planStatus } from '../../kernel/views.ts';
import { isOverBudget } from '../over-budget.ts';

/** Plans of earlier runs that are named one by one. */
const NAMED = 3;

/** Whether the manager has anything left that can go on without a person. */
export type Rest =
  | { readonly kind: 'busy' }
  /** Nothing goes on by itself any more; `exit` is the process's exit code. */
  | { readonly kind: 'idle'; readonly exit: Exit; readonly why: string };

type Exit = 0 | 1 | 4 | 6 | 8 | 75;

/** A provider's limit is waited for as long, in milliseconds: the windows of subscriptions are of five hours. */
export const WAIT_MS = 21_600_000;

/** What the state does not say. */
export interface Now {
  /** Plans in which something happened in this run. */
  readonly moved: ReadonlySet<PlanId>;
  readonly now_ms: Millis;
  readonly wait_ms: number;
  /** Effects that only a person can let go on, by key, and why. */
  readonly held: Held;
  /** Whether nothing is granted until a policy file is mended. */
  readonly holdsBack: boolean;
}

export type Held = ReadonlyMap<string, { readonly message: string; readonly fix: string }>;

/**
 * `--until-idle`: nothing owed, running or backing off. 1: a plan that moved in this run failed or is blocked, or what is owed cannot be done until a person mends something; 8: a breaker holds work back;
 * 6: a budget is used up; 4: only people are waited for; 75: a provider's limit ends later than is waited for. Those that failed in an earlier run are named, and no more: whoever calls again wants to hear of this one.
 */
export function restOf(state: State, { moved, now_ms, wait_ms, held, holdsBack }: Now): Rest {
  const owed = due(state).filter((command) => !held.has(command.key) && (command.kind !== 'integrate' || state.plans.get(command.plan_id)?.integration.kind !== 'blocked'));
  if (owed.length > 0 || workersLeft(state, held) > 0) return { kind: 'busy' };
  const plans = [...state.plans.values()];
  const backingOff = plans.some((plan) => !plan.parked && [...plan.steps.values()].some((step) => step.status === 'waiting' && step.ready_at_ms !== null));
  const stop = stopOf(state, 'all');
  // A full disk is waited for: there may be room again without anybody's word.
  const goesOn = !holdsBack && (stop === undefined || (stop.kind === 'breaker' && stop.breaker.cause === 'disk'));
  const away = parkedWork(state);
  const isBackSoon = away?.why === 'quota' && away.until_ms - now_ms <= wait_ms;
  if (goesOn && (backingOff || assignable(state) || isBackSoon)) return { kind: 'busy' };
  const statuses = plans.map((plan) => ({ id: plan.plan.plan_id, status: planStatus(plan) }));
  const asking = plans.find((plan) => asks(plan));
  const wrong = statuses.filter(({ id, status }) => status === 'failed' || (status === 'blocked' && id !== asking?.plan.plan_id));
  const now = wrong.find(({ id }) => moved.has(id));
  if (now !== undefined) return { kind: 'idle', exit: isSpent(state.plans.get(now.id)) ? 6 : 1, why: `plan ${now.id} is ${now.status}: coo explain ${now.id}` };
  const [first] = held.values();
  if (first !== undefined) return { kind: 'idle', exit: 1, why: `${first.message}: ${first.fix}` };
  const active = statuses.filter(({ status }) => status === 'active').map(({ id }) => id);
  const { exit, why } = waitOf(state, active, { asking: asking?.plan.plan_id, away });
  const before = wrong.slice(0, NAMED).map(({ id, status }) => `; ${id} ${status === 'failed' ? 'failed before' : 'is blocked since before'}: coo explain ${id}`);
  const more = wrong.length > NAMED ? `; ${String(wrong.length - NAMED)} more went wrong before: coo status` : '';
  return { kind: 'idle', exit, why: `${why}${before.join('')}${more}` };
}

/** Workers that something is still to come of without a person. */
export function workersLeft(state: State, held: Held): number {
  const waiting = due(state).filter((command) => command.kind === 'judge' && held.has(command.key) && state.claims.get(stepKey(command.plan_id, command.step_id))?.kind === 'beating');
  return atWork(state) - waiting.length;
}

/** A run that has nothing to do may have left something out: a folder that stands wrong, a plan or policy file that is refused, a policy file that waits for approvers. So may one whose plans wait while nothing is granted. */
export function leftOut(untaken: string | undefined, refused: string | undefined, waits: readonly PolicyName[]): { readonly exit: 1 | 4; readonly why: string } | undefined {
  if (untaken !== undefined) return { exit: 1, why: `nothing is taken from ${untaken}, which stands wrong: coo doctor` };
  if (refused !== undefined) return { exit: 1, why: refused };
  return waits.length === 0 ? undefined : { exit: 4, why: `approvers are waited for: ${waits.map((file) => `coo approve ${file} --key FILE`).join('; ')}` };
}

/** What those plans wait for that have not ended. */
function waitOf(state: State, active: readonly PlanId[], { asking, away }: { readonly asking: PlanId | undefined; readonly away: (Parked & { readonly group: SeatId }) | undefined }): { readonly exit: Exit; readonly why: string } {
  if (asking !== undefined) return { exit: 4, why: `an answer is waited for in ${asking}: coo inbox` };
  if (active.length === 0) return { exit: 0, why: 'nothing to do' };
  const idle = [...state.seats.values()].filter(({ claim, seat }) => claim === null && managed(seat) && bestFor(state, seat) !== undefined);
  const stops = [...active.flatMap((id) => stopFor(state, id) ?? []), ...idle.flatMap(({ seat }) => stopForSeat(state, seat) ?? [])];
  const open = stops.flatMap((stop) => (stop.kind === 'breaker' ? [stop] : []));
  const [first] = open;
  if (first !== undefined && open.every(({ breaker }) => breaker.cause === 'budget')) return { exit: 6, why: `${first.breaker.reason}: raise it, then coo breaker close${scopeFlag(first.scope)} --reason '...'` };
  if (first !== undefined) return { exit: 8, why: 'STOPPED (breaker open): coo breaker' };
  if (away !== undefined) return { exit: away.why === 'budget' ? 6 : 75, why: `seat ${away.group} gets nothing until ${isoTime(away.until_ms)}: ${away.reason}` };
  const { frozen } = state;
  if (frozen !== null) return { exit: 4, why: `everything is frozen by ${frozen.by}: ${frozen.reason}: coo thaw --reason '...'` };
  const target = stops.find((stop) => stop.kind === 'target');
  if (target !== undefined) return { exit: 4, why: `plan ${target.scope} gets nothing: ${target.fault.message}: ${target.fault.fix}` };
  const pause = stops.find((stop) => stop.kind === 'paused');
  if (pause === undefined) return { exit: 4, why: `people are waited for in ${active.join(', ')}: coo status` };
  const { scope, by, reason } = pause;
  return { exit: 4, why: `${namedScope(scope)} is paused by ${by}: ${reason}: coo resume${scopeFlag(scope)} --reason '...'` };
}

/** Whether nothing keeps a plan but questions. */
function asks(plan: PlanState): boolean {
  const blocked = [...plan.steps.values()].filter(({ status }) => status === 'blocked');
  return blocked.length > 0 && plan.counts.failed === 0 && plan.integration.kind !== 'blocked' && blocked.every(({ question }) => question !== null);
}

/** Whether every step that keeps it was ended, or would be, for what it costs. */
function isSpent(plan: PlanState | undefined): boolean {
  const blocked = [...(plan?.steps.values() ?? [])].filter(({ status }) => status === 'blocked' || status === 'failed');
  return blocked.length > 0 && blocked.every(({ findings }) => findings.some(isOverBudget));
}

/** Of the groups that there is work for, and that get nothing for now, the first to come back. */
function parkedWork(state: State): (Parked & { readonly group: SeatId }) | undefined {
  let first: (Parked & { readonly group: SeatId }) | undefined;
  for (const { seat, claim } of state.seats.values()) {
    const parked = claim === null && managed(seat) && stopForSeat(state, seat) === undefined ? state.parked.get(seat.group) : undefined;
    if (parked === undefined || bestFor(state, seat) === undefined) continue;
    if (first === undefined || parked.until_ms < first.until_ms) first = { ...parked, group: seat.group };
  }
  return first;
}

function assignable(state: State): boolean {
  for (const seat of state.seats.values()) if (seat.claim === null && mayGet(state, seat.seat) && bestFor(state, seat.seat) !== undefined) return true;
  return false;
}
