import { byHolder } from './by-holder.ts';
import type { Scope } from './event.ts';
import { heapSize, leastEntries, topEntry } from './heap.ts';
import type { Millis, PlanId, StepId } from './ids.ts';
import { standsBehind } from './overlap.ts';
import { PRIORITY_RANK } from './plan.ts';
import type { Priority } from './plan.ts';
import { mayDo, rankOf } from './ranking.ts';
import type { PlanState, State, StepState } from './state.ts';
import { namedScope } from './scope.ts';
import { stopFor, stopOf } from './stops.ts';
import type { Stop } from './stops.ts';
import { explainPlan, explainStep, stopBlocker } from './views.ts';
import type { Blocker } from './views.ts';

/** What waits for a person: what it is, who can help, what to type. */
export interface Wait extends Blocker {
  readonly plan_id: PlanId;
  readonly step_id: StepId | null;
  readonly priority: Priority;
  /** Since when it waits; of a question, when it was asked. */
  readonly since_ms: Millis;
}
interface Ranked {
  readonly wait: Wait;
  readonly rank: number;
}

/** Since when a step waits, or a plan as a whole (null): the state does not know. */
export type SinceOf = (plan: PlanState, step: StepState | null) => Millis;

/** The most urgent first, then the oldest, at most `most` of them; and how many more there are. */
export function waitsForPeople(state: State, most: number, since: SinceOf): { readonly waits: readonly Wait[]; readonly more: number } {
  const found: Ranked[] = [];
  for (const plan of state.plans.values()) {
    for (const blocker of explainPlan(state, plan)) if (!OTHERS.has(blocker.code) || isOwnStop(state, plan, blocker)) found.push(ranked(since, plan, null, blocker));
    if (plan.counts.blocked + plan.counts.failed === 0) continue;
    for (const step of plan.steps.values()) {
      if (step.status === 'blocked' || step.status === 'failed') found.push(...ofStep(state, since, plan, step));
    }
  }
  found.push(...heldByPeople(state, since));
  const unclaimed = unclaimedSteps(state, most, since);
  found.push(...unclaimed.found);
  found.sort((a, b) => PRIORITY_RANK[a.wait.priority] - PRIORITY_RANK[b.wait.priority] || a.wait.since_ms - b.wait.since_ms || a.rank - b.rank);
  const waits = found.slice(0, most).map(({ wait }) => wait);
  return { waits, more: found.length - waits.length + unclaimed.more };
}

/** A stop of more than one plan that only a person ends. */
export interface StopForPeople extends Blocker {
  readonly stop: Exclude<Stop, { readonly kind: 'unapproved' | 'target' }>;
}

/** Stops of everything, of seats and of harnesses that no time ends, the widest first. A full disk is told where it keeps something from starting. */
export function stopsForPeople(state: State): readonly StopForPeople[] {
  const scopes = new Set<Scope>(['all', ...state.paused.keys(), ...state.breakers.keys()]);
  return [...scopes].flatMap((scope): readonly StopForPeople[] => {
    const stop = state.plans.has(scope) ? undefined : stopOf(state, scope);
    if (stop === undefined || stop.kind === 'unapproved' || stop.kind === 'target') return [];
    if (stop.kind === 'breaker' && (stop.breaker.kind === 'half_open' || stop.breaker.until_ms !== null || stop.breaker.cause === 'disk')) return [];
    const blocker = stopBlocker(stop);
    return [{ stop, ...blocker, message: scope === 'all' ? blocker.message : `${namedScope(scope)}: ${blocker.message}` }];
  });
}

/** What a person holds and was given back with findings: he mends it. */
function heldByPeople(state: State, since: SinceOf): readonly Ranked[] {
  const found: Ranked[] = [];
  for (const claim of state.claims.values()) {
    const { plan_id, step_id, seat } = claim;
    const plan = state.plans.get(plan_id);
    const step = plan?.steps.get(step_id);
    const finding = step?.findings[0];
    if (plan === undefined || step === undefined || finding === undefined || step.status === 'checking' || state.seats.get(seat)?.seat.harness !== 'person') continue;
    const { code, path, message } = finding;
    const more = step.findings.length > 1 ? `, and ${String(step.findings.length - 1)} more: coo explain ${step.key}` : '';
    found.push(ranked(since, plan, step, { code, message: `${path === undefined ? '' : `${path}: `}${message}${more}`, who: seat, next: byHolder(state, step, claim) }));
  }
  return found;
}

/** Of a plan's blockers those that stop many plans at once, or that nobody but the manager clears. */
const OTHERS: ReadonlySet<string> = new Set(['FROZEN', 'PAUSED', 'BREAKER_OPEN', 'integrating']);

/** A plan's own pause, or its breaker that only a person closes, as after its budget. */
function isOwnStop(state: State, { plan: { plan_id } }: PlanState, { code }: Blocker): boolean {
  const stop = stopFor(state, plan_id);
  if (code === 'PAUSED') return stop?.scope === plan_id && stop.kind === 'paused';
  return code === 'BREAKER_OPEN' && stop?.scope === plan_id && stop.kind === 'breaker' && stop.breaker.kind === 'open' && stop.breaker.until_ms === null;
}

/** Ready steps that only people can take now, or nobody at all. What one step of a queue needs, all of it need. */
function unclaimedSteps(state: State, most: number, since: SinceOf): { readonly found: readonly Ranked[]; readonly more: number } {
  const found: Ranked[] = [];
  let more = 0;
  if (stopOf(state, 'all') !== undefined) return { found, more };
  for (const heap of state.ready.values()) {
    const top = topEntry(heap);
    const step = top === undefined ? undefined : state.plans.get(top.plan_id)?.steps.get(top.step_id);
    if (step === undefined || [...state.seats.values()].some(({ seat }) => seat.harness !== 'person' && mayDo(seat, step))) continue;
    const shown = leastEntries(heap, most);
    more += heapSize(heap) - shown.length;
    for (const { plan_id, step_id } of shown) {
      const plan = state.plans.get(plan_id);
      const one = plan?.steps.get(step_id);
      if (plan !== undefined && one !== undefined && standsBehind(state, one) === undefined) found.push(...ofStep(state, since, plan, one));
    }
  }
  return { found, more };
}

/** Ready steps of a plan that people can take now, and nobody else. What one step of a queue needs, all of it need. */
export function stepsForPeople(state: State, plan: PlanState): readonly StepState[] {
  if (plan.counts.ready === 0 || stopFor(state, plan.plan.plan_id) !== undefined) return [];
  const pools = new Map<string, boolean>();
  const isForPeople = (step: StepState, pool: string): boolean => {
    const known = pools.get(pool) ?? onlyPeople(state, step);
    pools.set(pool, known);
    return known;
  };
  return [...plan.steps.values()].filter((step) => step.queued !== null && isForPeople(step, step.queued.pool) && standsBehind(state, step) === undefined);
}

function onlyPeople(state: State, step: StepState): boolean {
  const able = [...state.seats.values()].filter(({ seat }) => mayDo(seat, step));
  return able.length > 0 && able.every(({ seat }) => seat.harness === 'person');
}

/** The last of its reasons is the one to act on. */
function ofStep(state: State, since: SinceOf, plan: PlanState, step: StepState): readonly Ranked[] {
  const blocker = explainStep(state, plan, step).at(-1);
  return blocker === undefined ? [] : [ranked(since, plan, step, blocker)];
}

function ranked(since: SinceOf, plan: PlanState, step: StepState | null, blocker: Blocker): Ranked {
  const { plan_id, priority = 'normal' } = plan.plan;
  const since_ms = step?.question?.at_ms ?? since(plan, step);
  return { wait: { plan_id, step_id: step?.step_id ?? null, priority, since_ms, ...blocker }, rank: step === null ? 0 : rankOf(plan, step) };
}
