import type { LoadedEntry } from '../../format/entry.ts';
import type { Event, EventType } from '../../kernel/event.ts';
import { lacksApproval } from '../../kernel/approval.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { PlanId } from '../../kernel/ids.ts';
import { mayDo } from '../../kernel/ranking.ts';
import { namedScope, scopeFlag } from '../../kernel/scope.ts';
import type { PlanState, PlanStatus, State, StepState } from '../../kernel/state.ts';
import { explainPlan, explainStep, planStatus } from '../../kernel/views.ts';
import { stepsForPeople } from '../../kernel/waits.ts';
import type { PolicyWait } from '../manager/policy-source.ts';

/** What is worth a person's look. `sample` is sent by `coo notify` alone. */
export type NoticeKind = 'breaker_opened' | 'breaker_closed' | 'plan_done' | 'plan_failed' | 'plan_blocked' | 'question' | 'approval_waits' | 'step_waits' | 'claim_asked' | 'seat_unfit' | 'target_unfit' | 'merge_waits' | 'manager_back' | 'sample';

/** The line that a program of `notify` reads. The same `id` is the same notice: it may come twice, after a manager was killed. */
export interface Notice {
  readonly schema: 'coo/notice.v1';
  /** `<ledger>.<seq>.<index>`; of a policy file `<ledger>.<file>.<digest>`. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The folder of the repository. */
  readonly repository: string;
  readonly plan_id?: PlanId;
  readonly step_id?: string;
  /** Whom a question is put to, or who holds a claim. */
  readonly seat?: string;
  /** Of a breaker. */
  readonly scope?: string;
  /** One sentence. */
  readonly text: string;
  /** What to type. */
  readonly next: string;
}

/** A place in the ledger: an entry, and an event in it. */
export interface Place {
  readonly seq: number;
  readonly index: number;
}
export interface Placed extends Place {
  readonly notice: Notice;
}

/** `ready`: a step that people are waited for; `unapproved`: a text of a policy file. */
export type Standing = PlanStatus | 'ready' | 'unapproved';
/** What was last told of a plan that did not go on, by its id; of a step, by its key; of a policy file, by its name and digest. */
export type ToldPlans = ReadonlyMap<string, Standing>;

/** A manager that begins so long after the last entry comes back after a gap, in milliseconds. */
const GAP_MS = 600_000;

/** What changes nothing in how a plan stands. */
const NO_TURN: ReadonlySet<EventType> = new Set(['noted', 'run.progress', 'claim.renewed', 'late.refused', 'revision.waits', 'step.deferred']);
const STANDING: Partial<Readonly<Record<PlanStatus, NoticeKind>>> = { done: 'plan_done', failed: 'plan_failed', blocked: 'plan_blocked' };

/**
 * What entries are worth telling, in their order. How a plan stands is told as the state (that of the last entry) has it now, at the last event that
 * touched it, and once: `told` is what was said before; the second result what is to be remembered. The first entry is only what went before.
 */
export function noticesOf(entries: readonly LoadedEntry[], state: State, told: ToldPlans, repository: string): { readonly notices: readonly Placed[]; readonly told: ToldPlans } {
  const found: Placed[] = [];
  const touched = new Map<PlanId, Place & { readonly at: string }>();
  const placed = (place: Place, at: string, rest: Pick<Notice, 'kind' | 'text' | 'next'> & Partial<Notice>): void => {
    const { seq, index } = place;
    found.push({ seq, index, notice: { schema: 'coo/notice.v1', id: `${state.ledger ?? ''}.${String(seq)}.${String(index)}`, at, repository, ...rest } });
  };
  for (const [number, { seq, at, events }] of entries.entries()) {
    const before = entries[number - 1];
    if (before === undefined) continue;
    for (const [index, event] of events.entries()) {
      const said = sayingOf(event, state, Date.parse(at) - Date.parse(before.at));
      if (said !== undefined) placed({ seq, index }, at, said);
      const plan_id = planOf(event);
      if (plan_id !== undefined) touched.set(plan_id, { seq, index, at });
    }
  }
  const standing = new Map<string, Standing>(told);
  for (const [plan_id, place] of touched) {
    const plan = state.plans.get(plan_id);
    if (plan === undefined) continue;
    const status = planStatus(plan);
    const kind = STANDING[status];
    if (kind !== undefined && standing.get(plan_id) !== status) placed(place, place.at, { kind, plan_id, ...standingOf(state, plan, status) });
    if (status === 'failed' || status === 'blocked') standing.set(plan_id, status);
    else standing.delete(plan_id);
    const waiting = stepsForPeople(state, plan);
    const fresh = waiting.filter(({ key }) => !standing.has(key));
    if (fresh[0] !== undefined) placed(place, place.at, waitingOf(state, fresh[0], fresh.length));
    for (const key of standing.keys()) if (key.startsWith(`${plan_id}/`)) standing.delete(key);
    for (const { key } of waiting) standing.set(key, 'ready');
  }
  return { notices: found.toSorted((a, b) => a.seq - b.seq || a.index - b.index), told: standing };
}

/** How the plans stand that need no telling: for a first look. */
export function standingPlans(state: State): ToldPlans {
  const plans = [...state.plans.values()];
  const stuck = plans.map((plan) => [plan.plan.plan_id, planStatus(plan)] as const).filter(([, status]) => status === 'failed' || status === 'blocked');
  return new Map<string, Standing>([...stuck, ...plans.flatMap((plan) => stepsForPeople(state, plan).map(({ key }) => [key, 'ready'] as const))]);
}

/** Policy files that approvers are waited for, each text once; the ledger says nothing of them before they are approved. */
export function policyNotices(waits: readonly PolicyWait[], told: ToldPlans, { ledger, at, repository }: { readonly ledger: string | null } & Pick<Notice, 'at' | 'repository'>): { readonly notices: readonly Notice[]; readonly told: ToldPlans } {
  const keyed = new Map(waits.map((wait) => [`${wait.file}.${wait.digest}`, wait]));
  const notices = [...keyed].flatMap(([key, { message, fix }]): readonly Notice[] => (told.has(key) ? [] : [{ schema: 'coo/notice.v1', id: `${ledger ?? ''}.${key}`, kind: 'approval_waits', at, repository, text: message, next: fix }]));
  const others = [...told].filter(([, standing]) => standing !== 'unapproved');
  return { notices, told: new Map<string, Standing>([...others, ...Array.from(keyed.keys(), (key) => [key, 'unapproved'] as const)]) };
}

function planOf(event: Event): PlanId | undefined {
  if (NO_TURN.has(event.type)) return undefined;
  if (event.type === 'plan.accepted' || event.type === 'plan.revised') return event.plan.plan_id;
  return 'plan_id' in event ? event.plan_id : undefined;
}

type Saying = Pick<Notice, 'kind' | 'text' | 'next'> & Partial<Notice>;

/** What an event by itself is worth telling. */
function sayingOf(event: Event, state: State, gapMs: number): Saying | undefined {
  switch (event.type) {
    case 'breaker.opened':
      return { kind: 'breaker_opened', scope: event.scope, text: `STOPPED (breaker open) for ${namedScope(event.scope)}: ${event.reason}`, next: `coo breaker close${scopeFlag(event.scope)} --reason '...'` };
    case 'breaker.closed':
      return { kind: 'breaker_closed', scope: event.scope, text: `the breaker of ${namedScope(event.scope)} is closed by ${event.by}: ${event.reason}`, next: 'coo status' };
    case 'question.asked': {
      const { plan_id, step_id, to, text } = event;
      return { kind: 'question', plan_id, step_id, seat: to, text: `${stepKey(plan_id, step_id)} asks ${to}: ${text}`, next: `coo answer ${stepKey(plan_id, step_id)} --text '...'` };
    }
    case 'claim.asked': {
      const { plan_id, step_id, fence } = event;
      const key = stepKey(plan_id, step_id);
      const seat = state.claims.get(key)?.seat;
      return { kind: 'claim_asked', plan_id, step_id, ...(seat === undefined ? {} : { seat }), text: `${key}: the lease of ${seat ?? 'its holder'} ran out; does it go on?`, next: `coo renew ${key} --fence ${String(fence)}` };
    }
    case 'seat.unfit':
      return { kind: 'seat_unfit', seat: event.group, text: `seat ${event.group} gets nothing: ${event.message}`, next: event.fix };
    case 'target.unfit':
      return { kind: 'target_unfit', plan_id: event.plan_id, text: `plan ${event.plan_id} gets nothing: ${event.message}`, next: event.fix };
    case 'plan.accepted':
    case 'plan.revised': {
      const { plan_id, title } = event.plan;
      const plan = state.plans.get(plan_id);
      if (plan === undefined || plan.digest !== event.digest || !lacksApproval(state, plan)) return undefined;
      return { kind: 'approval_waits', plan_id, text: `plan ${plan_id} waits for an approver: ${title}`, next: `coo plan show ${plan_id}; then: coo approve ${plan_id}` };
    }
    case 'plan.awaiting_merge':
      return { kind: 'merge_waits', plan_id: event.plan_id, text: `all steps of ${event.plan_id} are done; its branch waits to be merged`, next: `coo pr ${event.plan_id}` };
    case 'epoch.began': {
      const isWanted = [...state.plans.values()].some((plan) => planStatus(plan) === 'active');
      if (gapMs < GAP_MS || !isWanted) return undefined;
      return { kind: 'manager_back', text: `a manager works again; there was none, or nothing to do, for ${String(Math.round(gapMs / 60_000))} min`, next: 'coo status' };
    }
    default:
      return undefined;
  }
}

/** How a plan stands, and for what. */
function standingOf(state: State, plan: PlanState, status: PlanStatus): Pick<Notice, 'text' | 'next'> {
  const { plan_id, title } = plan.plan;
  if (status === 'done') return { text: `plan ${plan_id} is done: ${title}`, next: `coo report ${plan_id}` };
  const stuck = [...plan.steps.values()].find((step) => step.status === status);
  const [why] = stuck === undefined ? explainPlan(state, plan) : explainStep(state, plan, stuck).toReversed();
  const about = stuck === undefined ? '' : `${stuck.key}: `;
  return { text: `plan ${plan_id} is ${status}${why === undefined ? '' : `: ${about}${why.message}`}`, next: `coo explain ${stuck?.key ?? plan_id}` };
}

/** The first of the steps that people can take now. */
function waitingOf(state: State, step: StepState, count: number): Saying {
  const { plan_id, step_id, key, spec } = step;
  const seat = [...state.seats.values()].find((one) => mayDo(one.seat, step))?.seat.seat ?? '';
  const more = count === 1 ? '' : `, and ${String(count - 1)} more of ${plan_id}`;
  return { kind: 'step_waits', plan_id, step_id, seat, text: `${key} waits to be done by ${seat}${more}: ${spec.objective}`, next: count === 1 ? `coo claim ${key} --seat ${seat}` : 'coo inbox' };
}
