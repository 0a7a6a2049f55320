import * as fc from 'fast-check';
import type { Verdict } from '../../src/kernel/input.ts';
import type { Org } from '../../src/kernel/org.ts';
import type { Plan, Step } from '../../src/kernel/plan.ts';
import type { StepState } from '../../src/kernel/state.ts';
import { BASE, claimOf, finding, finishedOf, judgedOf, of, org, plan, REASON, seat, step, TOKEN } from '../support/state-builder.ts';
import type { Attempt, Told, World } from '../support/state-builder.ts';

/** Random plans and random moves. A move is resolved against the state it meets, so that most of them mean something, and shrink well. */
export interface Schedule {
  readonly plans: readonly Plan[];
  readonly moves: readonly Move[];
}
export interface Move {
  readonly kind: keyof typeof MOVES | 'again';
  /** Which of those that are there. */
  readonly pick: number;
  /** Which variant. */
  readonly how: number;
  /** What the fence shown is off by. */
  readonly off: number;
  /** How far the wall clock goes first. */
  readonly ms: number;
}

/** Small numbers everywhere, so that every limit is met. */
const LIMITS = { workers: 3, retries: 2, losses: 2, backoff_ms: 1_000, backoff_cap_ms: 3_000 };
/** Each counts something else. */
const BREAKERS = [{ failures: 3, cooldown_ms: 5_000, repeats: 3, empty: 2 }, { failures: 9, cooldown_ms: 5_000, rate: 50, window: 6 }, { failures: 9, cooldown_ms: 5_000, alike: 2, undone: 1 }];
const DEV = [seat('dev-1', { group: 'dev' }), seat('dev-2', { group: 'dev' })];
const BA = seat('ba', { roles: ['ba', 'developer'] });
const OTHERS = [seat('you', { harness: 'person' }), seat('far', { starts: 'worker' })];
export const ORGS: readonly Org[] = [[...DEV, BA, ...OTHERS], [DEV[0], BA, OTHERS[0]].filter((one) => one !== undefined), [BA, ...DEV, ...OTHERS, seat('new')]].map((seats, at) => org({ seats, limits: LIMITS, breaker: BREAKERS[at] ?? { failures: 2, cooldown_ms: 5_000 }, seats_open: true }));

function nth<T>(items: Iterable<T>, pick: number): T | undefined {
  const all = [...items];
  return all[pick % Math.max(1, all.length)];
}

function stepsOf(world: World): readonly StepState[] {
  return [...world.state.plans.values()].flatMap((one) => Array.from(one.steps.values()));
}

/** A live attempt, or (every ninth) whatever attempt a step had last. */
function attempt(world: World, { pick, off }: Move): Attempt {
  const any = stepsOf(world);
  const at = (pick % 9 === 8 ? undefined : nth(world.state.claims.values(), pick)) ?? nth(any, pick) ?? { plan_id: 'p0', step_id: 's0', fence: 1 };
  return { ...of(at), fence: at.fence + off };
}

/** An attempt somebody waits to have judged. */
function reported(world: World, move: Move): Attempt {
  const waiting = [...world.state.claims.values()].filter((claim) => claim.reported !== null);
  const at = nth(waiting, move.pick);
  return at === undefined ? attempt(world, move) : { ...of(at), fence: at.fence + move.off };
}

/** A fence whose worker must be seen dead. */
function stopping(world: World, move: Move): Attempt {
  const owed = [...world.state.owed.values()].filter((command) => command.kind === 'stop');
  const at = nth(owed, move.pick);
  return at === undefined ? attempt(world, move) : { ...of(at), fence: at.fence + move.off };
}

function planId(world: World, { pick }: Move): string {
  return nth(world.state.plans.keys(), pick) ?? 'p0';
}

/** A plan whose branch is on its way into the target, if there is one. */
function integrating(world: World, move: Move): string {
  const owed = [...world.state.owed.values()].filter((command) => command.kind === 'integrate');
  const waiting = [...world.state.plans.values()].filter(({ integration }) => integration.kind === 'awaiting_merge');
  return nth([...owed, ...waiting.map((one) => one.plan)], move.pick)?.plan_id ?? planId(world, move);
}

/** One that waits for its merge elsewhere, if there is one. */
function awaiting(world: World, move: Move): string {
  const waiting = [...world.state.plans.values()].filter(({ integration }) => integration.kind === 'awaiting_merge');
  return nth(waiting, move.pick)?.plan.plan_id ?? planId(world, move);
}

function scope(world: World, move: Move): string {
  if (move.how % 5 === 4) return nth(['seat:dev', 'seat:ba', 'harness:shell', 'harness:person'], move.pick) ?? 'all';
  return move.how % 3 === 0 ? 'all' : planId(world, move);
}

function seatOf({ how }: Move): string {
  return nth(['dev-1', 'dev-2', 'ba', 'you', 'far', 'new'], how) ?? 'ba';
}

function verdict(world: World, { how }: Move): Verdict {
  if (how % 12 === 0) return { kind: 'blocked', reason: 'moved', findings: [finding('BRANCH_MOVED')] };
  if (how % 6 === 0) return { kind: 'conflict', reason: 'conflict', findings: [finding('MERGE_CONFLICT')], conflict: { paths: ['a'], ours: ['a'], theirs: ['a', 'b'] } };
  return how % 6 < 3 ? { kind: 'refused', findings: [finding()] } : { kind: 'accepted', plan_after: world.commit() };
}

function without(one: Step, gone: string): Step {
  return one.depends_on?.includes(gone) === true ? { ...one, depends_on: one.depends_on.filter((id) => id !== gone) } : one;
}

/** A step less, a step more, or another text. */
function revised(steps: readonly Step[], { how, pick }: Move): readonly Step[] {
  const at = pick % steps.length;
  if (how % 3 === 0) {
    const gone = steps[at]?.step_id ?? '';
    return steps.filter(({ step_id }) => step_id !== gone).map((one) => without(one, gone));
  }
  if (how % 3 === 1) return [...steps, step(`r${String(how)}-${String(steps.length)}`, { scope: ['src/**'] })];
  return steps.map((one, index) => (index === at ? { ...one, objective: `another ${String(how)}` } : one));
}

type Resolve = (world: World, move: Move, plans: readonly Plan[]) => Told;
const of3 = (world: World, move: Move): { readonly plan_id: string; readonly step_id: string } => {
  const { plan_id, step_id } = attempt(world, move);
  return { plan_id, step_id };
};
const beating = ({ pick }: Move): 'beating' | 'held' => (pick % 2 === 0 ? 'beating' : 'held');

const MOVES = {
  submit: (_world, { pick, how }, plans): Told => ({ type: 'submit', plan: nth(plans, pick) ?? plan('p0', ['s0']), digest: how % 5 === 0 ? 'other' : 'same', base: BASE, by: 'op' }),
  assign: (world, { how }): Told => ({ ...world.assignment(), ...(how % 9 === 0 ? { unsure: ['dev'] } : {}) }),
  fitness: (_world, { pick, how }): Told => ({ type: 'fitness', group: nth(['dev', 'ba', 'nobody'], pick) ?? 'ba', fault: how % 3 === 0 ? { code: 'LOGIN_ABSENT', message: 'm', fix: 'f' } : null }),
  claim: (world, move): Told => {
    const ready = stepsOf(world).filter(({ status }) => status === 'ready');
    const at = nth(ready, move.pick) ?? of3(world, move);
    return claimOf(`${at.plan_id}/${at.step_id}`, seatOf(move), beating(move));
  },
  take: (_world, move): Told => ({ type: 'take', seat: seatOf(move), nonce: 'n', token_sha256: TOKEN, kind: beating(move) }),
  started: (world, move): Told => ({ type: 'started', ...attempt(world, move), worker: 'w' }),
  passed: (world, move): Told => finishedOf(attempt(world, move), 'passed'),
  failed: (world, move): Told => finishedOf(attempt(world, move), move.how % 4 === 0 ? 'timed_out' : 'failed', [finding(move.how % 7 === 0 ? 'FATAL' : 'FLAKY')], move.how % 3 !== 0),
  ended: (world, move): Told => finishedOf(attempt(world, move), move.how % 2 === 0 ? 'blocked' : 'cancelled'),
  judged: (world, move): Told => {
    const at = reported(world, move);
    const tip = world.state.plans.get(at.plan_id)?.tip ?? null;
    return judgedOf(at, move.how % 8 === 7 ? 'stale' : tip, verdict(world, move));
  },
  lost: (world, move): Told => ({ type: 'lost', ...attempt(world, move), why: 'gone', receipt: 'r' }),
  stopped: (world, move): Told => ({ type: 'stopped', ...stopping(world, move), survivors: 0 }),
  ran_out: (world, move): Told => {
    const held = nth([...world.state.claims.values()].filter(({ kind }) => kind === 'held'), move.pick);
    const at = held === undefined ? attempt(world, move) : { ...of(held), fence: held.fence + move.off };
    return { type: 'ran_out', ...at, renewals: world.state.claims.get(`${at.plan_id}/${at.step_id}`)?.renewals ?? 0 };
  },
  renew: (world, move): Told => ({ type: 'renew', ...attempt(world, move), ...(move.how % 5 === 0 ? { token_sha256: 'wrong' } : {}) }),
  progress: (world, move): Told => ({ type: 'progress', ...attempt(world, move), text: 't' }),
  release: (world, move): Told => ({ type: 'release', ...attempt(world, move), reason: 'r' }),
  block: (world, move): Told => ({ type: 'block', ...attempt(world, move), reason: 'r' }),
  done: (world, move): Told => ({ type: 'done', ...attempt(world, move), commit: BASE }),
  integrated: (world, move): Told => ({ type: 'integrated', plan_id: integrating(world, move), before: BASE, after: BASE }),
  awaiting_merge: (world, move): Told => ({ type: 'awaiting_merge', plan_id: integrating(world, move) }),
  elsewhere: (world, move): Told => ({ type: 'merged_elsewhere', plan_id: awaiting(world, move), commit: BASE, kind: move.how % 2 === 0 ? 'squash' : null }),
  closed: (world, move): Told => ({ type: 'closed_elsewhere', plan_id: awaiting(world, move), where: move.how % 3 === 0 ? null : 'https://forge/pull/1' }),
  integration_blocked: (world, move): Told => ({ type: 'integration_blocked', plan_id: integrating(world, move), code: 'DIRTY', message: String(move.how % 2), paths: [] }),
  retry_integration: (world, move): Told => ({ type: 'retry_integration', plan_id: integrating(world, move), ...REASON }),
  retry: (world, move): Told => {
    const stuck = stepsOf(world).filter((one) => one.status === 'failed' || one.status === 'blocked');
    const { plan_id, step_id } = nth(stuck, move.pick) ?? of3(world, move);
    return { type: 'retry', plan_id, step_id, ...REASON };
  },
  override: (world, move): Told => ({ type: 'override', ...of3(world, move), to: nth(['done', 'failed', 'blocked'] as const, move.how) ?? 'done', ...REASON }),
  cancel: (world, move): Told => ({ type: 'cancel', plan_id: planId(world, move), ...REASON }),
  pause: (world, move): Told => ({ type: 'pause', scope: scope(world, move), ...REASON }),
  resume: (world, move): Told => ({ type: 'resume', scope: nth(world.state.paused.keys(), move.pick) ?? 'all', ...REASON }),
  snapshot: (_world, { pick }): Told => ({ type: 'snapshot', name: `s${String(pick % 3)}`, seq: 1, head: BASE, digest: TOKEN, tag: BASE, ...REASON }),
  roll_back: (world, move): Told => {
    const plan = nth(world.state.plans.values(), move.pick);
    const steps = [...(plan?.steps.values() ?? [])].slice(move.how % 3 === 0 ? 1 : 0).map((one, at) => ((move.how >> at) & 1) === 1 ? { step_id: one.step_id, state: one.status, merged: one.accepted?.plan_after ?? null } : { step_id: one.step_id, state: 'ready' as const, merged: null });
    return { type: 'roll_back', plan_id: plan?.plan.plan_id ?? 'p0', snapshot: nth(world.state.snapshots.keys(), move.pick) ?? 's0', was: move.how % 7 === 0 ? null : { cancelled: false, steps }, after: world.commit(), ...REASON };
  },
  freeze: (): Told => ({ type: 'freeze', seq: 1, ...REASON }),
  thaw: (): Told => ({ type: 'thaw', ...REASON }),
  open: (world, move): Told => ({ type: 'breaker', scope: scope(world, move), action: 'open', ...(move.how % 2 === 0 ? { stop: true } : {}), ...REASON }),
  incident: (world, move): Told => ({ type: 'incident', scope: move.how % 5 === 0 ? 'all' : planId(world, move), cause: nth(['ledger', 'guard', 'disk', 'disk'] as const, move.pick) ?? 'disk', detail: 'd' }),
  recovered: (): Told => ({ type: 'recovered', cause: 'disk', detail: 'd' }),
  close: (world, move): Told => ({ type: 'breaker', scope: nth(world.state.breakers.keys(), move.pick) ?? 'all', action: 'close', ...REASON }),
  question: (world, move): Told => ({ type: 'question', ...attempt(world, move), to: 'you', text: 'which?' }),
  asked: (world, move): Told => ({ ...finishedOf(attempt(world, move), 'blocked'), question: { to: 'you', text: 'which?' } }) as Told,
  answer: (world, move): Told => {
    const { plan_id, step_id } = nth(stepsOf(world).filter(({ question }) => question !== null), move.pick) ?? of3(world, move);
    return { type: 'answer', plan_id, step_id, text: 'that one', by: 'op' };
  },
  skip: (world, move): Told => ({ type: 'skip', ...of3(world, move), ...REASON }),
  reassign: (world, move): Told => ({ type: 'reassign', ...of3(world, move), seat: move.how % 4 === 0 ? null : seatOf(move), ...REASON }),
  seize: (world, move): Told => ({ type: 'seize', ...of3(world, move), seat: seatOf(move), nonce: 'n', token_sha256: TOKEN, ...REASON }),
  give: (world, move): Told => ({ type: 'give', ...attempt(world, move), seat: seatOf(move), reason: 'r' }),
  undo: (world, move): Told => {
    const { plan_id, step_id } = nth(stepsOf(world).filter(({ accepted, undone_by }) => accepted !== null && undone_by === null), move.pick) ?? of3(world, move);
    return { type: 'undo', plan_id, step_id, ...REASON };
  },
  join: (_world, { pick }): Told => ({ type: 'join', seat: `guest-${String(pick % 3)}`, roles: ['developer'] }),
  revise: (world, move): Told => {
    const old = nth(world.state.plans.values(), move.pick);
    if (old === undefined) return { type: 'tick' };
    return { type: 'submit', plan: { ...old.plan, steps: revised(old.plan.steps, move) }, digest: `revision ${String(move.how)}`, base: BASE, by: 'op' };
  },
  postpone: (world, move): Told => ({ type: 'postpone', plan_id: planId(world, move), digest: String(move.how), steps: [], by: 'op' }),
  tick: (): Told => ({ type: 'tick' }),
  organise: (_world, { pick }): Told => ({ type: 'organise', digest: `org-${String(pick % ORGS.length)}`, org: nth(ORGS, pick) ?? org() }),
  begin: (world, { off }): Told => ({ type: 'begin', manager: 'm', after: (world.state.epoch?.number ?? 0) + off }),
  end: (world, { off }): Told => ({ type: 'end', epoch: (world.state.epoch?.number ?? 0) + off }),
  message: (_world, { pick, how }): Told => (how % 2 === 0 ? { type: 'taken', mark: { epoch: 1, number: pick } } : { type: 'note', by: 'op', text: 't' }),
} satisfies Readonly<Record<string, Resolve>>;

/** What happens often, and what happens now and then. */
const OFTEN: readonly Move['kind'][] = ['assign', 'assign', 'assign', 'assign', 'take', 'claim', 'started', 'passed', 'passed', 'passed', 'done', 'judged', 'judged', 'judged', 'judged', 'stopped', 'stopped', 'tick', 'tick', 'tick', 'integrated', 'submit', 'again'];
const NOW_AND_THEN: readonly Move['kind'][] = ['failed', 'failed', 'lost', 'ended', 'ran_out', 'ran_out', 'ran_out', 'renew', 'progress', 'release', 'block', 'retry', 'retry', 'resume', 'resume', 'thaw', 'thaw', 'thaw', 'thaw', 'close', 'close', 'close', 'recovered', 'fitness', 'fitness', 'awaiting_merge', 'awaiting_merge', 'awaiting_merge', 'elsewhere', 'elsewhere', 'closed', 'closed', 'closed', 'closed', 'closed', 'integration_blocked', 'integration_blocked', 'retry_integration', 'message', 'begin', 'question', 'asked', 'answer', 'answer', 'revise', 'revise', 'give', 'undo', 'undo'];
const SELDOM: readonly Move['kind'][] = ['override', 'cancel', 'pause', 'freeze', 'snapshot', 'roll_back', 'open', 'incident', 'organise', 'end', 'skip', 'reassign', 'seize', 'join', 'postpone'];

/** The input that a move means here. */
export function resolve(world: World, move: Move, plans: readonly Plan[]): Told {
  if (move.kind !== 'again') return MOVES[move.kind](world, move, plans);
  const before = nth(world.inputs, move.pick);
  if (before === undefined) return { type: 'tick' };
  const { at_ms: _at, ...told } = before;
  return told;
}

const kind = fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...OFTEN) }, { weight: 12, arbitrary: fc.constantFrom(...NOW_AND_THEN) }, { weight: 1, arbitrary: fc.constantFrom(...SELDOM) });
const move: fc.Arbitrary<Move> = fc.record({
  kind,
  pick: fc.nat(40),
  how: fc.nat(40),
  off: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) }),
  ms: fc.oneof({ weight: 4, arbitrary: fc.nat(500) }, { weight: 2, arbitrary: fc.constantFrom(1_000, 5_000, 60_000) }, { weight: 1, arbitrary: fc.constantFrom(-1_000, -600_000) }),
});

function stepOf(index: number, { deps, who }: { readonly deps: number; readonly who: number }): Step {
  const before = Array.from({ length: index }, (_, at) => `s${String(at)}`).filter((_, at) => ((deps >> at) & 1) === 1);
  const role: Partial<Step> = who === 0 ? { role: 'ba' } : who === 1 ? { seat: 'dev' } : who === 2 ? { prompt: 'think' } : who === 3 ? { role: 'developer' } : who === 4 || who === 5 ? { scope: ['src/**'], rollback: ['git revert'] } : who === 6 ? { scope: ['src/a.ts'] } : { rollback: ['true'] };
  return step(`s${String(index)}`, { ...role, ...(before.length > 0 ? { depends_on: before } : {}), retry: { non_retryable: ['FATAL'] } });
}

const steps = fc.array(fc.record({ deps: fc.integer({ min: 0, max: 7 }), who: fc.nat(9) }), { minLength: 1, maxLength: 5 });
export const plans: fc.Arbitrary<readonly Plan[]> = fc
  .array(fc.record({ steps, priority: fc.constantFrom('low', 'normal', 'urgent'), integrate: fc.constantFrom('merge', 'none', 'pull_request') }), { minLength: 1, maxLength: 4 })
  .map((made) => made.map((one, at) => plan(`p${String(at)}`, one.steps.map((spec, index) => stepOf(index, spec)), { priority: one.priority, integrate: one.integrate })));

/** Without fast-check's bias towards the small: a short schedule gets nowhere. */
export const schedules: fc.Arbitrary<Schedule> = fc.noBias(fc.record({ plans, moves: fc.array(move, { minLength: 1, maxLength: 400, size: 'max' }) }));
