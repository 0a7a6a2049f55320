import { isoTime } from '../../../kernel/iso.ts';
import { stepKey } from '../../../kernel/ids.ts';
import { namedScope } from '../../../kernel/scope.ts';
import type { PlanState, PlanStatus, State, StepState } from '../../../kernel/state.ts';
import { explainPlan, explainStep, planStatus } from '../../../kernel/views.ts';
import type { Blocker } from '../../../kernel/views.ts';
import type { LogLine } from '../../../ports/log.ts';

/** Everything the board shows, as a value. */
export interface BoardView {
  /** What stops everything or a plan, and what ends the run; first line of the board. */
  readonly banners: readonly Banner[];
  readonly plans: readonly BoardPlan[];
  readonly running: readonly BoardClaim[];
  /** What does not move, most in need of a person first. */
  readonly waiting: readonly BoardWait[];
  /** Waiting steps that are not in the list. */
  readonly waitingMore: number;
  readonly log: readonly LogLine[];
  readonly now_ms: number;
}

export interface Banner {
  readonly level: 'error' | 'warn';
  readonly text: string;
}
export interface BoardPlan {
  readonly plan_id: string;
  readonly title: string;
  readonly state: PlanStatus;
  readonly done: number;
  readonly of: number;
}
export interface BoardClaim {
  readonly step: string;
  readonly seat: string;
  readonly checking: boolean;
  readonly since_ms: number;
  readonly said: string | null;
}
export interface BoardWait {
  readonly subject: string;
  readonly message: string;
  /** Whether a person has to do something. */
  readonly person: boolean;
}

/** Blockers that banners say already, or that are no news. */
const SAID = new Set(['FROZEN', 'PAUSED', 'BREAKER_OPEN']);
/** Causes that no wait and no worker mends. */
const PERSON = new Set(['FAILED', 'BLOCKED', 'NO_SEAT', 'UNCLAIMED', 'awaiting_merge']);
/** Steps looked at in one plan: a board shows a screenful. */
const LOOKED_AT = 200;
const MOST_WAITS = 50;
const PLAN_ORDER: readonly PlanStatus[] = ['failed', 'blocked', 'active', 'draft', 'done', 'cancelled'];

/** The state as a board shows it. Read at one moment: the state is changed in place afterwards. */
export function boardView(state: State, remarks: readonly string[], log: readonly LogLine[], now_ms: number): BoardView {
  const waits: (BoardWait & { readonly urgency: number })[] = [];
  // All that is remarked is that the manager is on its way out: it grants nothing any more.
  const leaving = remarks.length > 0;
  let waiting = 0;
  const plans: BoardPlan[] = [];
  for (const plan of state.plans.values()) {
    const status = planStatus(plan);
    plans.push({ plan_id: plan.plan.plan_id, title: plan.plan.title, state: status, done: plan.counts.done, of: plan.steps.size });
    if (status === 'done' || status === 'cancelled') continue;
    waiting += plan.counts.waiting + plan.counts.ready + plan.counts.failed + plan.counts.blocked;
    if (waits.length < MOST_WAITS) waits.push(...planWaits(state, plan, leaving));
  }
  plans.sort((a, b) => PLAN_ORDER.indexOf(a.state) - PLAN_ORDER.indexOf(b.state));
  waits.sort((a, b) => b.urgency - a.urgency);
  const shown = waits.slice(0, MOST_WAITS);
  const steps = shown.filter(({ subject }) => subject.includes('/')).length;
  return { banners: [...banners(state), ...remarks.map((text) => ({ level: 'warn', text }) as const)], plans, running: runningOf(state), waiting: shown, waitingMore: Math.max(0, waiting - steps), log, now_ms };
}

function banners(state: State): readonly Banner[] {
  const found: Banner[] = [];
  if (state.frozen !== null) found.push({ level: 'error', text: `FROZEN by ${state.frozen.by}: ${state.frozen.reason}` });
  for (const [scope, breaker] of state.breakers) {
    const where = scope === 'all' ? '' : ` for ${namedScope(scope)}`;
    if (breaker.kind === 'open') found.push({ level: 'error', text: `STOPPED (breaker open)${where}: ${breaker.reason}` });
    else found.push({ level: 'warn', text: `breaker half open${where}: one step is tried` });
  }
  for (const [group, { until_ms, reason }] of state.parked) found.push({ level: 'warn', text: `${group} gets nothing until ${isoTime(until_ms)}: ${reason}` });
  for (const [scope, { by, reason }] of state.paused) found.push({ level: 'warn', text: `PAUSED${scope === 'all' ? '' : ` ${namedScope(scope)}`} by ${by}: ${reason}` });
  return found;
}

function runningOf(state: State): readonly BoardClaim[] {
  return [...state.claims.values()].map((claim) => ({
    step: stepKey(claim.plan_id, claim.step_id),
    seat: claim.seat,
    checking: claim.reported !== null,
    since_ms: claim.at_ms,
    said: state.plans.get(claim.plan_id)?.steps.get(claim.step_id)?.progress ?? null,
  }));
}

function planWaits(state: State, plan: PlanState, leaving: boolean): readonly (BoardWait & { readonly urgency: number })[] {
  const found = explainPlan(state, plan).filter(({ code }) => !SAID.has(code)).map((blocker) => waitOf(plan.plan.plan_id, blocker));
  let looked = 0;
  for (const step of plan.steps.values()) {
    if (!waits(step)) continue;
    looked += 1;
    if (looked > LOOKED_AT) break;
    const blockers = explainStep(state, plan, step);
    const first = blockers.find(({ code }) => !SAID.has(code));
    const told = blockers.find(({ code }) => PERSON.has(code)) ?? first;
    if (told !== undefined) found.push(waitOf(step.key, leaving && told.code === 'UNASSIGNED' ? { ...told, message: 'left to the next manager' } : told));
  }
  return found;
}

function waits({ status }: StepState): boolean {
  return status === 'waiting' || status === 'ready' || status === 'failed' || status === 'blocked';
}

function waitOf(subject: string, { code, message, who }: Blocker): BoardWait & { readonly urgency: number } {
  const person = PERSON.has(code) || who === 'a person';
  return { subject, message, person, urgency: person ? 3 : code === 'BACKOFF' || code === 'STOPPING' ? 2 : code === 'DEPENDENCY' ? 0 : 1 };
}
