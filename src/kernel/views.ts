import { byHolder } from './by-holder.ts';
import { nextTimer } from './due.ts';
import type { Finding } from './event.ts';
import { isoTime } from './iso.ts';
import { heapSize } from './heap.ts';
import { orderId, stepKey } from './ids.ts';
import type { Fence, Millis, PlanId, SeatId, StepId, StepKey } from './ids.ts';
import type { Seat } from './org.ts';
import { inTheWay, standsBehind } from './overlap.ts';
import { managed, mayDo } from './ranking.ts';
import { unapproved } from './rules/pause.ts';
import { isHeld } from './rules/revise.ts';
import { isByWord } from './state.ts';
import type { Frozen, Parked, PlanState, PlanStatus, State, StepState, StepStatus } from './state.ts';
import { namedScope, scopeFlag } from './scope.ts';
import { stopFor, stopForSeat } from './stops.ts';
import type { Stop } from './stops.ts';

export type SeatStatus = 'idle' | 'analyzing' | 'executing' | 'blocked' | 'handoff';

export interface StepView {
  readonly step_id: StepId;
  readonly state: StepStatus;
  readonly seat: SeatId | null;
  readonly attempt: Fence;
  readonly fence: Fence;
  readonly why: string | null;
}
export interface PlanView {
  readonly plan_id: PlanId;
  readonly title: string;
  readonly state: PlanStatus;
  readonly done: number;
  readonly of: number;
  readonly blockers: readonly Blocker[];
  readonly steps: readonly StepView[];
}
/** One unmet criterion: what it is, who can meet it, what to type or what time to wait for. */
export interface Blocker {
  readonly code: string;
  readonly message: string;
  readonly who: string;
  readonly next: string;
}

/** Where a plan as a whole stands: it is active while anything in it can still move by itself or by its holder. */
export function planStatus(plan: PlanState): PlanStatus {
  if (plan.cancelled !== null) return 'cancelled';
  const { counts } = plan;
  if (counts.done === plan.steps.size) return plan.integration.kind === 'done' ? 'done' : isStuck(plan) ? 'blocked' : 'active';
  if (counts.ready + counts.claimed + counts.running + counts.checking > 0) return 'active';
  for (const step of counts.waiting > 0 ? plan.steps.values() : []) {
    if (step.status === 'waiting' && step.open_deps === 0) return 'active';
  }
  return counts.failed > 0 ? 'failed' : counts.blocked > 0 ? 'blocked' : 'active';
}

/** Whether the way into the target is barred until a person does something. */
function isStuck({ integration }: PlanState): boolean {
  return integration.kind === 'blocked' || (integration.kind === 'awaiting_merge' && integration.closed !== undefined);
}

export function seatStatus(state: State, seat: SeatId): SeatStatus {
  const key = state.seats.get(seat)?.claim ?? null;
  const claim = key === null ? undefined : state.claims.get(key);
  if (claim === undefined) return 'idle';
  if (claim.reported !== null) return 'handoff';
  return claim.worker === null && claim.kind === 'beating' ? 'analyzing' : 'executing';
}

export function stepView(state: State, step: StepState): StepView {
  const claim = state.claims.get(stepKey(step.plan_id, step.step_id));
  return { step_id: step.step_id, state: step.status, seat: claim?.seat ?? null, attempt: step.fence, fence: step.fence, why: step.why };
}

export function planView(state: State, plan: PlanState): PlanView {
  const { plan_id, title } = plan.plan;
  const steps = [...plan.steps.values()].map((step) => stepView(state, step));
  return { plan_id, title, state: planStatus(plan), done: plan.counts.done, of: plan.steps.size, blockers: explainPlan(state, plan), steps };
}

/** What keeps a plan from being done, apart from its steps' own reasons. */
export function explainPlan(state: State, plan: PlanState): readonly Blocker[] {
  const { plan_id, target } = plan.plan;
  const blockers: Blocker[] = [];
  if (plan.cancelled !== null || plan.integration.kind === 'done') return [];
  blockers.push(...stopBlockers(state, plan_id));
  const { integration, wanted } = plan;
  const held = (wanted?.steps ?? []).filter((id) => isHeld(plan.steps.get(id)));
  if (wanted !== null && held.length > 0) blockers.push({ code: 'REVISION_WAITS', message: `a new text of ${plan_id} by ${wanted.by} waits: it changes ${held.join(', ')}, which somebody holds`, who: 'time', next: `it is taken when they are free; or: coo take ${plan_id}/${held[0] ?? ''} --seat <yours> --reason '...'` });
  if (integration.kind === 'blocked') {
    blockers.push({ code: integration.code, message: integration.message, who: 'a person', next: `remove what is in the way, then: coo retry ${plan_id} --reason 'the way is free'` });
  }
  if (integration.kind === 'awaiting_merge' && integration.closed !== undefined) {
    blockers.push({ code: 'PULL_REQUEST_CLOSED', message: `${integration.closed} was closed without a merge`, who: 'a person', next: `reopen it there; or: coo cancel ${plan_id} --reason '...'` });
  } else if (integration.kind === 'awaiting_merge') {
    blockers.push({ code: 'awaiting_merge', message: `the branch of ${plan_id} waits to be merged into ${target} by a pull request`, who: 'a person', next: `coo pr ${plan_id} opens it or says where it is; merge it there, or by hand: git merge ${state.org?.branch_prefix ?? 'coo'}/${plan_id}` });
  }
  if (plan.counts.done === plan.steps.size && integration.kind === 'open') {
    blockers.push({ code: 'integrating', message: `all steps are done; the branch goes into ${target}`, who: 'the manager', next: 'coo run' });
  }
  return blockers;
}

function frozenBlockers({ frozen }: State): readonly Blocker[] {
  return frozen === null ? [] : [frozenBlocker(frozen)];
}

function frozenBlocker({ by, reason }: Pick<Frozen, 'by' | 'reason'>): Blocker {
  return { code: 'FROZEN', message: `frozen by ${by}: ${reason}`, who: 'a person', next: "coo thaw --reason '...'" };
}

function stopBlockers(state: State, plan_id: PlanId): readonly Blocker[] {
  const stop = stopFor(state, plan_id);
  return stop === undefined ? [] : [stopBlocker(stop)];
}

export function stopBlocker(stop: Stop): Blocker {
  if (stop.kind === 'frozen') return frozenBlocker(stop);
  if (stop.kind === 'unapproved') return { code: 'APPROVAL_NEEDED', message: unapproved(stop), who: 'an approver', next: `read it: coo plan show ${stop.scope}; then: coo approve ${stop.scope} --key FILE` };
  if (stop.kind === 'target') return { code: stop.fault.code, message: stop.fault.message, who: 'a person', next: stop.fault.fix };
  const flag = scopeFlag(stop.scope);
  if (stop.kind === 'paused') return { code: 'PAUSED', message: `paused by ${stop.by}: ${stop.reason}`, who: 'a person', next: `coo resume${flag} --reason '...'` };
  const { breaker } = stop;
  if (breaker.kind === 'open' && breaker.cause === 'disk') return { code: 'BREAKER_OPEN', message: `STOPPED (breaker open): ${breaker.reason}`, who: 'a person', next: `make room: coo gc; df -h; it closes when there is some, or: coo breaker close${flag} --reason '...'` };
  const until = breaker.kind === 'open' && breaker.until_ms !== null ? `${isoTime(breaker.until_ms)}, or ` : '';
  return { code: 'BREAKER_OPEN', message: `STOPPED (breaker open): ${breaker.reason}`, who: breaker.kind === 'open' && breaker.until_ms === null ? 'a person' : 'a person, or time', next: `${until}coo breaker close${flag} --reason '...'` };
}

/** Every unmet criterion of a step, who can meet it, and the next timer. */
export function explainStep(state: State, plan: PlanState, step: StepState): readonly Blocker[] {
  const key = stepKey(step.plan_id, step.step_id);
  switch (step.status) {
    case 'done':
      return doneBlockers(plan, step);
    case 'cancelled':
      return [];
    case 'failed':
      return [...findingBlockers(step), { code: 'FAILED', message: step.failures === 1 ? 'its attempt failed, and there is no other' : `its ${String(step.failures)} attempts failed, and there is no other`, who: 'a person', next: `coo retry ${key} --reason '...'${byHand(state, step)}` }];
    case 'blocked':
      if (step.question !== null) return [{ code: 'QUESTION', message: `${step.question.seat} asks ${step.question.to}: ${step.question.text}`, who: step.question.to, next: `coo answer ${key} --text '...'` }];
      return [...findingBlockers(step), { code: 'BLOCKED', message: step.why ?? 'blocked', who: 'a person', next: `${mergeByHand(state, step)}coo retry ${key} --reason '...'${byHand(state, step)}` }];
    case 'checking':
      // In a freeze the manager judges nothing, however much it is at work.
      if (state.frozen !== null) return frozenBlockers(state);
      return [{ code: 'CHECKING', message: plan.checking[0] === step.step_id ? 'its merge candidate is being judged' : `waits for the judgement of ${plan.checking[0] ?? ''}`, who: 'the manager', next: 'coo run' }];
    case 'claimed':
    case 'running':
      return [...heldFindings(state, step), heldBlocker(state, key), ...wantedBlockers(plan, step)];
    case 'waiting':
      return [...waitingBlockers(plan, step), ...stopBlockers(state, step.plan_id)];
    case 'ready': {
      const behind = standsBehind(state, step);
      return [...stopBlockers(state, step.plan_id), ...(behind === undefined ? seatBlockers(state, step) : inTheWay(state, step) === undefined ? fundBlockers(plan, behind) : behindBlockers(state, behind))];
    }
    default:
      return step.status satisfies never;
  }
}

/** Nothing stands in its way; but what it says is done may not be in the branch. */
function doneBlockers(plan: PlanState, step: StepState): readonly Blocker[] {
  const { key, undone_by } = step;
  if (isByWord(step)) return [{ code: 'BY_HAND', message: `ended by hand (${step.why ?? 'no reason'}): nothing of it was merged`, who: 'a person', next: `to have it done after all: coo retry ${key} --reason '...'` }];
  if (undone_by === null) return [];
  const undo = stepKey(step.plan_id, undone_by);
  return [{ code: 'UNDONE', message: `what it merged is taken back by ${undo}, which is ${plan.steps.get(undone_by)?.status ?? 'gone'}`, who: undo, next: `coo explain ${undo}` }];
}

/** Steps that are done and were built on one that is taken back: they stay, and somebody looks whether they still hold. */
export function builtOn(plan: PlanState, step_id: StepId): readonly StepKey[] {
  return (plan.dependents.get(step_id) ?? []).flatMap((id) => {
    const step = plan.steps.get(id);
    return step?.status === 'done' && !isByWord(step) && step.undoes === null ? [step.key] : [];
  });
}

function findingBlockers(step: StepState, mends: Pick<Blocker, 'who' | 'next'> = { who: 'a person', next: 'as the last line says' }): readonly Blocker[] {
  return step.findings.map((finding: Finding) => ({ code: finding.code, message: finding.path === undefined ? finding.message : `${finding.path}: ${finding.message}`, ...mends }));
}

/** Findings are unmet where a person has the step: of a worker's attempt they are the ones before it, and it may meet them all. */
function heldFindings(state: State, step: StepState): readonly Blocker[] {
  const claim = state.claims.get(step.key);
  return claim?.kind === 'held' ? findingBlockers(step, { who: claim.seat, next: byHolder(state, step, claim) }) : [];
}

/** The holder is told that his order's text is not the plan's newest. */
function wantedBlockers(plan: PlanState, step: StepState): readonly Blocker[] {
  if (plan.wanted?.steps.includes(step.step_id) !== true) return [];
  return [{ code: 'REVISION_WAITS', message: `${plan.wanted.by} wants another text for this step; this attempt goes on with its order's`, who: 'its holder', next: `finish it, or let the new text in: coo release ${step.key} --fence ${String(step.fence)} --reason '...'` }];
}

/** What the attempt in front may spend is held for it until it ends. */
function fundBlockers({ plan }: PlanState, behind: StepKey): readonly Blocker[] {
  return [{ code: 'BUDGET_HELD', message: `what is left of the budget of ${plan.plan_id} is held by ${behind}, which is at work`, who: 'time', next: `it goes on when ${behind} ends; or raise the plan's budget` }];
}

function behindBlockers(state: State, behind: StepKey): readonly Blocker[] {
  return [{ code: 'OVERLAP', message: `may write where ${behind} is at work (${state.claims.get(behind)?.seat ?? ''}); they do not run together`, who: behind, next: `coo explain ${behind}` }];
}

/** The person's seat that could take the step, and what they type. */
function byHand(state: State, step: StepState): string {
  const seat = personFor(state, step);
  return seat === undefined ? '' : `, or do it yourself: coo claim ${stepKey(step.plan_id, step.step_id)} --seat ${seat}`;
}

function personFor(state: State, step: StepState): SeatId | undefined {
  for (const { seat } of state.seats.values()) if (seat.harness === 'person' && mayDo(seat, step)) return seat.seat;
  return undefined;
}

/** How a conflict is mended: the attempt's work is pinned, the branch is there, git does the rest. */
function mergeByHand(state: State, step: StepState): string {
  const seat = personFor(state, step);
  if (seat === undefined || !step.findings.some((finding) => finding.code === 'MERGE_CONFLICT')) return '';
  const key = stepKey(step.plan_id, step.step_id);
  const folder = `../${step.plan_id}-${step.step_id}`;
  const branch = `${state.org?.branch_prefix ?? 'coo'}/${step.plan_id}`;
  const rescued = `refs/coo/rescue/${orderId(step.plan_id, step.step_id, step.fence)}`;
  return `coo claim ${key} --seat ${seat} && git worktree add --detach ${folder} ${branch} && cd ${folder} && git merge ${rescued}; mend the files, git commit -a, coo done ${key} --fence ${String(step.fence + 1)} --commit HEAD; or begin anew: `;
}

function heldBlocker(state: State, key: StepKey): Blocker {
  const claim = state.claims.get(key);
  if (claim === undefined) return { code: 'HELD', message: 'held', who: 'its holder', next: `coo log ${key}` };
  const asked = claim.asked ? '; its lease ran out and it is asked whether it goes on' : '';
  const lease = isoTime(claim.at_ms + claim.lease_ms);
  const life = claim.kind === 'beating' ? 'lost when four beats are missed' : `renewed by any message with the fence; first lease to ${lease}`;
  const next = `${life}; a person takes it: coo take ${key} --seat <yours> --reason '...'`;
  return { code: 'HELD', message: `held by ${claim.seat} under fence ${String(claim.fence)}${asked}`, who: claim.seat, next };
}

function waitingBlockers(plan: PlanState, step: StepState): readonly Blocker[] {
  const blockers: Blocker[] = [];
  for (const id of step.spec.depends_on ?? []) {
    const dependency = plan.steps.get(id);
    if (dependency === undefined || dependency.status === 'done') continue;
    const key = stepKey(step.plan_id, id);
    blockers.push({ code: 'DEPENDENCY', message: `waits for ${key}, which is ${dependency.status}`, who: key, next: `coo explain ${key}` });
  }
  if (step.stopping !== null) blockers.push({ code: 'STOPPING', message: `the worker of fence ${String(step.stopping)} must be seen dead first`, who: 'the manager', next: 'coo run' });
  if (step.ready_at_ms !== null) blockers.push({ code: 'BACKOFF', message: `attempt ${String(step.fence)} ended; the next one starts after a pause`, who: 'time', next: `${isoTime(step.ready_at_ms)}, or coo retry ${stepKey(step.plan_id, step.step_id)} --reason '...'` });
  return blockers;
}

function seatBlockers(state: State, step: StepState): readonly Blocker[] {
  const key = stepKey(step.plan_id, step.step_id);
  const fitting = [...state.seats.values()].filter((seat) => mayDo(seat.seat, step));
  if (fitting.length === 0) {
    const seat = step.assigned ?? step.spec.seat;
    const wanted = seat !== undefined ? `seat ${seat}` : step.spec.role !== undefined ? `role ${step.spec.role}` : 'a person or an agent';
    return [{ code: 'NO_SEAT', message: `no seat can do it: it needs ${wanted}`, who: 'a person', next: 'add a seat in _plans/coo.yaml' }];
  }
  // While it is stopped no seat can have it, free or not.
  if (stopFor(state, step.plan_id) !== undefined) return [];
  const own = fitting.filter((seat) => managed(seat.seat));
  const names = fitting.map((seat) => seat.seat.seat).join(', ');
  if (own.length === 0) return [{ code: 'UNCLAIMED', message: `waits to be claimed by ${names}`, who: names, next: takenBy(key, fitting.map(({ seat }) => seat)) }];
  const limit = state.org?.limits.workers ?? 0;
  if (state.workers >= limit) return [{ code: 'WORKERS_FULL', message: `${String(limit)} attempts are at work`, who: 'time', next: 'when one of them ends' }];
  const lacking = own.flatMap(({ seat }) => state.unfit.get(seat.group) ?? []);
  const [lack] = lacking;
  if (lack !== undefined && lacking.length === own.length) return [{ code: 'SEAT_UNFIT', message: `${names}: ${lack.message}`, who: 'a person', next: lack.fix }];
  const stops = own.map((seat) => stopForSeat(state, seat.seat));
  const [stop] = stops;
  if (stop !== undefined && stops.every((one) => one !== undefined)) return [{ ...stopBlocker(stop), message: `${namedScope(stop.scope)}: ${stopBlocker(stop).message}` }];
  const away = own.flatMap(({ seat }) => state.parked.get(seat.group) ?? []);
  if (away.length === own.length) return [parkedBlocker(state, step, away)];
  if (own.every((seat) => seat.claim !== null || state.parked.has(seat.seat.group))) return [{ code: 'SEATS_BUSY', message: `its seats are busy: ${names}`, who: 'time', next: 'when one of them is free' }];
  return [{ code: 'UNASSIGNED', message: 'ready, and a seat is free', who: 'the manager', next: 'coo run' }];
}

/** The first of these seats to come back. */
function parkedBlocker(state: State, step: StepState, away: readonly Parked[]): Blocker {
  const { until_ms, why, reason } = away.reduce((first, one) => (one.until_ms < first.until_ms ? one : first));
  const until = `its seats get nothing until ${isoTime(until_ms)}: ${reason}`;
  if (why === 'quota') return { code: 'SEAT_PARKED', message: until, who: 'time', next: `${isoTime(until_ms)}${byHand(state, step)}` };
  return { code: 'BUDGET_SPENT', message: until, who: 'a person, or time', next: `${isoTime(until_ms)}, or raise the budget in _plans/coo.yaml, then coo breaker close --reason '...'${byHand(state, step)}` };
}

/** What a seat that takes its own work does for it: a worker process is started, anybody else claims. */
function takenBy(key: StepKey, seats: readonly Seat[]): string {
  const worker = seats.find(({ starts }) => starts === 'worker');
  const other = seats.find(({ starts }) => starts !== 'worker');
  return [worker === undefined ? '' : `coo work --seat ${worker.seat}`, other === undefined ? '' : `coo claim ${key} --seat ${other.seat}`].filter((way) => way !== '').join(', or ');
}

/** Counts for a heartbeat line. */
export function tally(state: State): { readonly ready: number; readonly running: number; readonly owed: number; readonly next_timer_ms: Millis | null } {
  let ready = 0;
  for (const heap of state.ready.values()) ready += heapSize(heap);
  return { ready, running: state.claims.size, owed: state.owed.size, next_timer_ms: nextTimer(state) };
}
