// Budgets of attempts, of their wall time and of lines: of a plan, of a group of seats a day, of everybody a day; for every attempt that coo runs.
import { describe, expect, it } from 'vitest';
import { capsLine } from '../../src/app/manager/caps.ts';
import { restOf, WAIT_MS } from '../../src/app/manager/idle.ts';
import { spendingView } from '../../src/kernel/spending-views.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { workOrder } from '../../src/kernel/work-order.ts';
import type { Claim } from '../../src/kernel/state.ts';
import { finding, finishedOf, of, org, plan, REASON, seat, START_MS, step, World } from '../support/state-builder.ts';
import type { Attempt, Told } from '../support/state-builder.ts';

const MINUTE = 60_000;
const DEVS = [1, 2, 3].map((n) => seat(`dev-${String(n)}`, { group: 'dev' }));
const PERSON = seat('you', { harness: 'person' });
const STEPS = ['a', 'b', 'c'];
const counts = (world: World): readonly unknown[] => world.events.flatMap((event) => (event.type === 'run.counted' ? [[event.step_id, event.fence, event.group, event.wall_ms, event.lines]] : []));
const types = (events: readonly { readonly type: string }[]): readonly string[] => events.map(({ type }) => type);
/** The manager's next grant, at work. */
function taken(world: World): Claim {
  const claim = world.assign();
  world.started(claim);
  return claim;
}
function wall(world: World, claim: Claim): number {
  return workOrder(world.state, world.step(`${claim.plan_id}/${claim.step_id}`), claim).budget.wall_ms;
}
/** Reported after a minute, and accepted. */
function finish(world: World, at: Attempt, lines?: number): void {
  world.now += MINUTE;
  world.yes(finishedOf(at, 'passed'));
  world.yes({ type: 'judged', ...of(at), plan_before: world.plan(at.plan_id).tip, receipt: 'r', fingerprint: '', ...(lines === undefined ? {} : { lines }), verdict: { kind: 'accepted', plan_after: `${'a'.repeat(39)}${String(at.fence)}` } });
}

describe('attempts', () => {
  it("of a plan: as many as are left are held, the next waits; used up, the plan's breaker opens for a person, who raises it", () => {
    const world = World.started(org({ seats: DEVS })).submit(plan('p', STEPS, { budget: { attempts: 2 } }));
    const first = taken(world);
    const second = taken(world);
    expect(types(world.yes(world.assignment()))).toEqual(['step.deferred']);
    world.yes(finishedOf(first, 'failed', [finding()]));
    // The second is at work still, so nothing is left, and nothing is said yet.
    expect(world.state.breakers.size).toBe(0);
    finish(world, second);
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', cause: 'budget', until_ms: null, reason: 'the budget of p is used up: 2 of 2 attempts are made' });
    expect(world.plan('p').spent).toMatchObject({ attempts: 2, wall_ms: MINUTE });
    expect(restOf(world.state, { moved: new Set(), now_ms: world.now, wait_ms: WAIT_MS, held: new Map(), holdsBack: false })).toMatchObject({ kind: 'idle', exit: 6 });
    world.yes({ type: 'submit', plan: plan('p', STEPS, { budget: { attempts: 9 } }), digest: 'raised', base: null, by: 'op' });
    world.yes({ type: 'breaker', scope: 'p', action: 'close', ...REASON });
    expect(world.assign().plan_id).toBe('p');
  });

  it('of a plan that is done with its last one are no reason to stop it', () => {
    const world = World.started(org({ seats: DEVS })).submit(plan('p', ['a'], { budget: { attempts: 1 } }));
    finish(world, taken(world));
    expect([world.state.breakers.size, world.plan('p').spent.attempts]).toEqual([0, 1]);
  });

  it('of a group a day: it gets nothing until the next, unless its budget is raised; others and people go on', () => {
    const seats = [...DEVS.map((one) => ({ ...one, budget: { attempts: 1 } })), seat('ops', { roles: ['ops'] }), PERSON];
    const world = World.started(org({ seats })).submit(plan('p', ['a', step('b', { role: 'developer' }), step('c', { role: 'ops' })]));
    const first = world.claim('p/a', 'dev-1', 'beating');
    // The one that is left is held by dev-1.
    expect(world.no({ type: 'claim', plan_id: 'p', step_id: 'b', seat: 'dev-2', nonce: 'n', token_sha256: 'd', kind: 'beating' })).toBe('SEAT_PARKED');
    finish(world, first);
    expect(world.last('seat.parked')).toMatchObject({ group: 'dev', why: 'budget', until_ms: START_MS + 86_400_000, reason: 'the budget of seat dev for the day is used up: 1 of 1 attempts are made' });
    expect(world.no({ type: 'claim', plan_id: 'p', step_id: 'b', seat: 'dev-2', nonce: 'n', token_sha256: 'd', kind: 'beating' })).toBe('BUDGET_SPENT');
    expect(explainStep(world.state, world.plan('p'), world.step('p/b')).map(({ code }) => code)).toEqual(['BUDGET_SPENT']);
    expect(world.assign()).toMatchObject({ step_id: 'c', seat: 'ops' });
    expect(world.no({ type: 'breaker', scope: 'seat:dev', action: 'close', ...REASON })).toBe('BUDGET_SPENT');
    world.claim('p/b', 'you', 'held');
  });

  it('of everybody a day', () => {
    const world = World.started(org({ seats: [...DEVS, PERSON], limits: { attempts_per_day: 2 } })).submit(plan('p', STEPS));
    world.lose(taken(world));
    finish(world, taken(world));
    expect(world.last('seat.parked')).toMatchObject({ group: 'dev', reason: 'the budget of the day is used up: 2 of 2 attempts are made' });
    expect(spendingView(world.state, world.now)).toMatchObject({ attempts: 2, cap: { attempts: 2 }, seats: [] });
    expect(capsLine(world.state, world.now)).toBe('budgets: a day 2 attempts. Spent today: $0.00, 0 tokens');
  });

  it('are not counted where no budget asks, and not of people', () => {
    const plain = World.started(org({ seats: DEVS })).submit(plan('p', STEPS, { budget: { usd: 1 } }));
    finish(plain, taken(plain));
    const held = World.started(org({ seats: [PERSON] })).submit(plan('p', STEPS, { budget: { attempts: 1 } }));
    const mine = held.claim('p/a', 'you', 'held');
    held.yes({ type: 'release', ...of(mine), nonce: mine.nonce, reason: 'no time' } as Told);
    expect([counts(plain), counts(held)]).toEqual([[], []]);
  });
});

it.each([
  ['lost', (world: World, at: Attempt) => world.yes({ type: 'lost', ...of(at), why: 'killed', receipt: 'r' })],
  ['blocked by its worker', (world: World, at: Attempt) => world.yes(finishedOf(at, 'blocked', [finding()]))],
  ['cancelled with its plan', (world: World) => world.yes({ type: 'cancel', plan_id: 'p', ...REASON })],
  ['stopped by a breaker', (world: World) => world.yes({ type: 'breaker', scope: 'p', action: 'open', stop: true, ...REASON })],
  ['skipped', (world: World) => world.yes({ type: 'skip', plan_id: 'p', step_id: 'a', ...REASON })],
  ['overridden', (world: World) => world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'failed', ...REASON })],
  ['taken', (world: World) => world.yes({ type: 'seize', plan_id: 'p', step_id: 'a', seat: 'you', nonce: 'mine', token_sha256: 'd', ...REASON })],
] as const)('an attempt that is %s counts once, with the time that it took', (_, end) => {
  const world = World.started(org({ seats: [...DEVS, PERSON] })).submit(plan('p', STEPS, { budget: { attempts: 9 } }));
  const at = taken(world);
  world.now += MINUTE;
  end(world, at);
  expect(counts(world)).toEqual([['a', 1, 'dev', MINUTE, 0]]);
});

describe('wall time', () => {
  it('is held as an order may take it; the last attempt gets what is left, and is not tried again when that ends it', () => {
    const world = World.started(org({ seats: DEVS, limits: { wall_ms: 10 * MINUTE } })).submit(plan('p', STEPS, { budget: { wall_ms: 12 * MINUTE } }));
    const first = taken(world);
    expect(wall(world, first)).toBe(10 * MINUTE);
    expect(types(world.yes(world.assignment()))).toEqual(['step.deferred']);
    world.now += 8 * MINUTE;
    finish(world, first);
    const last = taken(world);
    expect(wall(world, last)).toBe(3 * MINUTE);
    world.now += 3 * MINUTE;
    expect(world.yes(finishedOf(last, 'timed_out', [finding('TIMED_OUT', 'its time was over')]))).toMatchObject([{ type: 'run.ended', next: { kind: 'block' } }, { type: 'run.counted', wall_ms: 3 * MINUTE }, { type: 'breaker.opened', reason: 'the budget of p is used up: 12 of 12 minutes of work are done' }]);
  });
});

it('a clock that is set forward is no work: an attempt takes no longer than its order lets it', () => {
  const world = World.started(org({ seats: DEVS, limits: { wall_ms: 10 * MINUTE } })).submit(plan('p', STEPS, { budget: { attempts: 9 } }));
  const at = taken(world);
  world.now += 2_000 * MINUTE;
  world.lose(at);
  expect(counts(world)).toEqual([['a', 1, 'dev', 10 * MINUTE, 0]]);
});

describe('lines', () => {
  it('count once a change is accepted; an order may change what is left', () => {
    const world = World.started(org({ seats: DEVS })).submit(plan('p', [step('a', { budget: { lines: 70 } }), 'b', 'c'], { budget: { lines: 100 } }));
    const lines = (claim: Claim): number | undefined => workOrder(world.state, world.step(`p/${claim.step_id}`), claim).budget.lines;
    const first = taken(world);
    const second = taken(world);
    expect([lines(first), lines(second)]).toEqual([70, 100]);
    finish(world, first, 60);
    world.yes(finishedOf(second, 'failed', [finding()]));
    const third = taken(world);
    expect([lines(third), world.plan('p').spent.lines]).toEqual([40, 60]);
    finish(world, third, 40);
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', cause: 'budget', reason: 'the budget of p is used up: 100 of 100 lines are changed' });
  });

  it('are in no order where nobody asks', () => {
    const world = World.started(org({ seats: DEVS })).submit(plan('p', STEPS, { budget: { attempts: 3 } }));
    const claim = world.assign();
    expect(workOrder(world.state, world.step('p/a'), claim).budget).toEqual({ wall_ms: 3_600_000 });
  });
});
