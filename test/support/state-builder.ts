import { decide } from '../../src/kernel/decide.ts';
import { due, nextTimer } from '../../src/kernel/due.ts';
import type { Event, EventOf, EventType, Finding } from '../../src/kernel/event.ts';
import { apply } from '../../src/kernel/fold.ts';
import { parseStepKey } from '../../src/kernel/ids.ts';
import type { Millis, PlanId, SeatId, StepId, StepKey } from '../../src/kernel/ids.ts';
import type { Input, Verdict } from '../../src/kernel/input.ts';
import { violations } from '../../src/kernel/invariants.ts';
import { DEFAULT_LIMITS } from '../../src/kernel/limits.ts';
import type { Limits } from '../../src/kernel/limits.ts';
import type { Org, Seat } from '../../src/kernel/org.ts';
import type { Plan, Step } from '../../src/kernel/plan.ts';
import type { Rejection, RejectionCode } from '../../src/kernel/rejection.ts';
import { emptyState } from '../../src/kernel/state.ts';
import type { Claim, PlanState, State, StepState } from '../../src/kernel/state.ts';
import { planStatus } from '../../src/kernel/views.ts';

/** An input without its time: a world adds its own. */
export type Told = Input extends infer I ? (I extends Input ? Omit<I, 'at_ms'> : never) : never;
/** Which attempt is meant: what a grant gives and every message about it shows. */
export interface Attempt {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly fence: number;
}

export const START_MS: Millis = Date.UTC(2030, 0, 1);
export const BASE = 'ba5e'.repeat(10);
export const TOKEN = '70ce'.repeat(16);
export const REASON = { by: 'op', reason: 'because' } as const;

/** A seat of the manager's that runs commands in any step without a role. */
export function seat(name: SeatId, over: Partial<Seat> = {}): Seat {
  return { seat: name, group: name, roles: ['developer'], harness: 'shell', ...over };
}

export function org(over: Partial<Omit<Org, 'limits'>> & { readonly limits?: Partial<Limits> } = {}): Org {
  return {
    mode: 'dev',
    seats: [seat('dev-1', { group: 'dev' }), seat('dev-2', { group: 'dev' }), seat('you', { harness: 'person', roles: ['developer', 'approver'] })],
    env: ['PATH', 'HOME', 'LANG'],
    workspace: { setup: [], ports: 10 },
    checks: { before: [], after: [] },
    breaker: { failures: 3, cooldown_ms: 600_000 },
    notify: [],
    branch_prefix: 'coo',
    target: 'main',
    integrate: 'merge',
    ...over,
    limits: { ...DEFAULT_LIMITS, ...over.limits },
  };
}

/** A step that a shell can do; `prompt` makes it one for a person or an agent. */
export function step(step_id: StepId, over: Partial<Step> = {}): Step {
  const work = over.prompt === undefined ? { commands: ['true'] } : {};
  return { step_id, objective: `do ${step_id}`, ...work, ...over };
}

/** `steps`: names, `b<-a` for "b after a", `d<-b,c` for several, or whole steps. */
export function plan(plan_id: PlanId, steps: readonly (string | Step)[], over: Partial<Plan> = {}): Plan {
  const read = (text: string): Step => {
    const [step_id = '', after] = text.split('<-');
    return after === undefined ? step(step_id) : step(step_id, { depends_on: after.split(',') });
  };
  return { plan_id, title: plan_id, target: 'main', integrate: 'merge', steps: steps.map((one) => (typeof one === 'string' ? read(one) : one)), ...over };
}

export function finding(code = 'CHECK_FAILED', message = 'npm test: exit 1'): Finding {
  return { code, message };
}

/**
 * A ledger in miniature: decides each input, applies what follows, keeps both, and lets no event pass that breaks an invariant.
 * Methods named after inputs expect a yes and give back its events or the attempt; `no` expects a rejection and gives its code.
 */
export class World {
  state: State = emptyState();
  readonly inputs: Input[] = [];
  readonly events: Event[] = [];
  now: Millis = START_MS;
  /** Off only where thousands of steps make it slow. */
  checksEveryEvent = true;
  private commits = 0;

  /** A ledger with an organisation, managed by epoch 1. */
  static started(made: Org = org()): World {
    const world = new World();
    world.yes({ type: 'start', ledger: 'test', object_format: 'sha1' });
    if (made.mode === 'governed') world.yes({ type: 'trust', version: 1, digest: 'signers-1', signers: [{ principal: 'home', key: 'ssh-ed25519 AAAA', roles: ['coordinator', 'approver'] }] });
    world.yes({ type: 'organise', digest: 'org-1', org: made });
    world.yes({ type: 'begin', manager: 'm1', after: 0 });
    return world;
  }

  /** Decides and, on yes, applies. */
  tell(told: Told): readonly Event[] | Rejection {
    return this.take({ ...told, at_ms: this.now });
  }

  take(input: Input): readonly Event[] | Rejection {
    const decision = decide(this.state, input);
    if (!decision.ok) return decision.rejection;
    this.inputs.push(input);
    for (const event of decision.events) this.add(event);
    return decision.events;
  }

  /** A fact from nowhere. */
  add(event: Event): void {
    this.events.push(event);
    this.state = apply(this.state, event);
    const wrong = this.checksEveryEvent ? violations(this.state) : [];
    if (wrong.length > 0) throw new Error(`after ${JSON.stringify(event)}:\n${wrong.join('\n')}`);
  }

  yes(told: Told): readonly Event[] {
    const answer = this.tell(told);
    if ('code' in answer) throw new Error(`${told.type} was refused: ${answer.code}: ${answer.message}`);
    return answer;
  }

  no(told: Told): RejectionCode {
    const answer = this.tell(told);
    if (!('code' in answer)) throw new Error(`${told.type} was not refused: ${JSON.stringify(answer)}`);
    if (answer.message === '' || answer.fix === '') throw new Error(`${answer.code} says too little`);
    return answer.code;
  }

  organise(made: Org): void {
    this.yes({ type: 'organise', digest: `org-${String(this.events.length)}`, org: made });
  }

  submit(...plans: readonly Plan[]): this {
    for (const one of plans) this.yes({ type: 'submit', plan: one, digest: `digest of ${one.plan_id}`, base: BASE, by: 'op' });
    return this;
  }

  /** Lets a plan of governed mode start. */
  approve(plan_id: string): this {
    this.yes({ type: 'approve', plan_id, digest: this.plan(plan_id).digest, by: 'home', sshsig: 'sig' });
    return this;
  }

  /** The manager's next grant. */
  assign(): Claim {
    return this.granted(this.yes(this.assignment()));
  }

  assignment(): Told {
    return { type: 'assign', epoch: this.state.epoch?.number ?? 0, nonce: `n${String(this.events.length)}`, token_sha256: TOKEN };
  }

  claim(key: StepKey, by: SeatId = 'you', kind: 'beating' | 'held' = 'held'): Claim {
    return this.granted(this.yes(claimOf(key, by, kind)));
  }

  started(at: Attempt): Attempt {
    this.yes({ type: 'started', ...of(at), worker: 'w' });
    return at;
  }

  /** A harness's run is over; `passed` asks for judgement. */
  finish(at: Attempt, result: 'passed' | 'failed' | 'blocked' | 'cancelled' | 'timed_out', findings: readonly Finding[] = []): readonly Event[] {
    return this.yes(finishedOf(at, result, findings));
  }

  fail(at: Attempt, code?: string): readonly Event[] {
    return this.finish(at, 'failed', [finding(code)]);
  }

  judge(at: Attempt, verdict: Verdict): readonly Event[] {
    return this.yes(judgedOf(at, this.plan(at.plan_id).tip, verdict));
  }

  /** Reports the attempt and lets the merge candidate pass. */
  accept(at: Attempt): readonly Event[] {
    if (this.state.claims.get(`${at.plan_id}/${at.step_id}`)?.reported === null) this.finish(at, 'passed');
    return this.judge(at, { kind: 'accepted', plan_after: this.commit() });
  }

  /** The worker is seen dead and the step taken from it; its tree is still to be stopped. */
  lose(at: Attempt): readonly Event[] {
    return this.yes({ type: 'lost', ...of(at), why: 'no beat', receipt: receiptOf(at) });
  }

  stopped(at: Attempt): readonly Event[] {
    return this.yes({ type: 'stopped', ...of(at), survivors: 0 });
  }

  integrate(plan_id: PlanId): void {
    this.yes({ type: 'integrated', plan_id, before: BASE, after: this.plan(plan_id).tip });
  }

  /** Time goes by; timers that are over are told. */
  wait(ms: number): readonly Event[] {
    this.now += ms;
    const answer = this.tell({ type: 'tick' });
    return 'code' in answer ? [] : answer;
  }

  /** Waits until the next timer is over, and not longer. */
  waitForTimer(): readonly Event[] {
    const next = nextTimer(this.state);
    return next === null ? [] : this.wait(Math.max(0, next - this.now));
  }

  plan(plan_id: PlanId): PlanState {
    const found = this.state.plans.get(plan_id);
    if (found === undefined) throw new Error(`no plan ${plan_id}`);
    return found;
  }

  step(key: StepKey): StepState {
    const { plan_id, step_id } = parsed(key);
    const found = this.plan(plan_id).steps.get(step_id);
    if (found === undefined) throw new Error(`no step ${key}`);
    return found;
  }

  status(plan_id: PlanId): string {
    return planStatus(this.plan(plan_id));
  }

  /** `a done, b ready, ...` of a plan. */
  steps(plan_id: PlanId): string {
    return [...this.plan(plan_id).steps.values()].map((one) => `${one.step_id} ${one.status}`).join(', ');
  }

  /** Keys of the effects owed, oldest first. */
  owed(): readonly string[] {
    return due(this.state).map(({ key }) => key);
  }

  last<T extends EventType>(type: T): EventOf<T> {
    const found = this.events.findLast((event): event is EventOf<T> => event.type === type);
    if (found === undefined) throw new Error(`no ${type} yet`);
    return found;
  }

  /** A commit id that was not there before. */
  commit(): string {
    this.commits += 1;
    return this.commits.toString(16).padStart(40, '0');
  }

  private granted(events: readonly Event[]): Claim {
    const event = events.find((one) => one.type === 'step.claimed');
    const claim = event === undefined ? undefined : this.state.claims.get(`${event.plan_id}/${event.step_id}`);
    if (claim === undefined) throw new Error('nothing was granted');
    return { ...claim };
  }
}

export function of({ plan_id, step_id, fence }: Attempt): Attempt {
  return { plan_id, step_id, fence };
}

export function parsed(key: StepKey): { readonly plan_id: PlanId; readonly step_id: StepId } {
  const found = parseStepKey(key);
  if (found === undefined) throw new Error(`${key} is no step`);
  return found;
}

export function claimOf(key: StepKey, by: SeatId, kind: 'beating' | 'held' = 'held', nonce = `${by}'s`): Told {
  return { type: 'claim', ...parsed(key), seat: by, nonce, token_sha256: TOKEN, kind };
}

export function finishedOf(at: Attempt, result: 'passed' | 'failed' | 'blocked' | 'cancelled' | 'timed_out', findings: readonly Finding[] = [], empty = false): Told {
  return { type: 'finished', ...of(at), result, commit: result === 'passed' ? BASE : null, findings, receipt: receiptOf(at), fingerprint: 'f', ...(empty ? { empty } : {}) };
}

export function judgedOf(at: Attempt, plan_before: string | null, verdict: Verdict): Told {
  return { type: 'judged', ...of(at), plan_before, receipt: receiptOf(at), fingerprint: 'f', verdict };
}

function receiptOf(at: Attempt): string {
  return `_report/agent/x/runs/${at.plan_id}.${at.step_id}.${String(at.fence)}.json`;
}
