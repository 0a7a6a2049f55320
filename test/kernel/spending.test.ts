// What live attempts may spend is held for them: together they never get more than a cap.
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/kernel/limits.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { workOrder } from '../../src/kernel/work-order.ts';
import type { Claim } from '../../src/kernel/state.ts';
import { finishedOf, of, org, plan, REASON, seat, step, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const BOTS = [1, 2, 3].map((n) => seat(`bot-${String(n)}`, { group: 'bot', harness: 'claude' }));
const STEPS = ['a', 'b', 'c'].map((id) => step(id, { prompt: 'go' }));
const usd = (world: World, claim: Claim): number | undefined => workOrder(world.state, world.step(`${claim.plan_id}/${claim.step_id}`), claim).budget.usd;

it("a plan's budget is held for those at work: the next step stands behind them until one ends", () => {
  const world = World.started(org({ seats: BOTS })).submit({ ...plan('p', STEPS), budget: { usd: 5 } });
  const first = world.assign();
  expect(usd(world, first)).toBe(3);
  world.started(first);
  // Two dollars are not what the step may cost, so it waits, and so does the one after it.
  expect(world.yes(world.assignment()).map(({ type }) => type)).toEqual(['step.deferred']);
  expect(world.yes(world.assignment()).map(({ type }) => type)).toEqual(['step.deferred']);
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  expect(explainStep(world.state, world.plan('p'), world.step('p/b')).map(({ code }) => code)).toEqual(['BUDGET_HELD']);
  world.yes({ ...finishedOf(first, 'passed'), usage: { tokens: 1, micro_usd: 500_000 } } as Parameters<World['yes']>[0]);
  world.accept(first);
  expect(usd(world, world.assign())).toBe(3);
});

it("a day's budget is held over plans and groups; who needs no agent goes on", () => {
  const seats = [...BOTS, seat('dev-1', { harness: 'shell' })];
  const world = World.started(org({ seats, limits: { ...DEFAULT_LIMITS, usd_per_day: 4 } })).submit(plan('p', [step('a', { prompt: 'go' })]), plan('q', [step('b', { prompt: 'go' }), step('c', { commands: ['true'] })]));
  const first = world.assign();
  expect([first.step_id, usd(world, first)]).toEqual(['a', 3]);
  expect(world.assign()).toMatchObject({ step_id: 'c', seat: 'dev-1' });
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  expect(world.no({ type: 'take', seat: 'bot-2', nonce: 'n', token_sha256: 'd', kind: 'beating' })).toBe('SEAT_PARKED');
  world.lose(first);
  world.yes({ type: 'stopped', plan_id: 'p', step_id: 'a', fence: first.fence, survivors: 0 });
  expect(usd(world, world.assign())).toBe(3);
});

it('without a budget that is tight nobody waits', () => {
  const world = World.started(org({ seats: BOTS })).submit(plan('p', STEPS));
  expect([world.assign(), world.assign(), world.assign()].map((claim) => usd(world, claim))).toEqual([3, 3, 3]);
});

const USAGE = { tokens: 10, micro_usd: 2_000_000 };
const spent = (world: World): readonly unknown[] => world.events.flatMap((event) => (event.type === 'run.spent' ? [[event.step_id, event.fence, event.group, event.micro_usd]] : []));
const stopped = (claim: Parameters<typeof of>[0]): Told => ({ type: 'stopped', ...of(claim), survivors: 0, usage: USAGE });
const working = (): World => World.started(org({ seats: [...BOTS, seat('you', { harness: 'person' })] })).submit({ ...plan('p', STEPS), budget: { usd: 5 } });

describe('what an attempt used counts once, however it ends', () => {
  it('lost: with the loss, and not again when its worker is seen dead', () => {
    const world = working();
    const claim = world.started(world.assign());
    world.yes({ type: 'lost', ...of(claim), why: 'killed', receipt: 'r', usage: USAGE });
    expect(world.plan('p').spent).toMatchObject(USAGE);
    // What it held is free, and what it used is not: one attempt more, and no second beside it.
    expect(usd(world, world.assign())).toBe(3);
    world.yes(stopped(claim));
    expect(spent(world)).toEqual([['a', 1, 'bot', 2_000_000]]);
    expect(world.step('p/a').unaccounted).toBeNull();
  });

  it.each([
    ['taken back', { type: 'seize', plan_id: 'p', step_id: 'a', seat: 'you', nonce: 'mine', token_sha256: 'd', ...REASON }],
    ['cancelled with its plan', { type: 'cancel', plan_id: 'p', ...REASON }],
    ['stopped by a breaker', { type: 'breaker', scope: 'p', action: 'open', stop: true, ...REASON }],
    ['overridden', { type: 'override', plan_id: 'p', step_id: 'a', to: 'done', ...REASON }],
  ] as const)('%s: when its worker is seen dead', (_, input) => {
    const world = working();
    const claim = world.started(world.assign());
    world.yes(input);
    expect(spent(world)).toEqual([]);
    world.yes(stopped(claim));
    expect([spent(world), world.plan('p').spent, world.step('p/a').unaccounted]).toMatchObject([[['a', 1, 'bot', 2_000_000]], USAGE, null]);
  });

  it('reported, and cancelled while it is judged: with its report alone', () => {
    const world = working();
    const claim = world.started(world.assign());
    world.yes({ ...finishedOf(claim, 'passed'), usage: USAGE } as Told);
    world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    world.yes(stopped(claim));
    expect(spent(world)).toEqual([['a', 1, 'bot', 2_000_000]]);
  });

  it('and may use the budget up: then the plan stops for a person', () => {
    const world = working();
    const claim = world.started(world.assign());
    world.yes({ type: 'lost', ...of(claim), why: 'killed', receipt: 'r', usage: { tokens: 1, micro_usd: 5_000_000 } });
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', until_ms: null, cause: 'budget' });
  });
});

it('a clock that is set back over midnight brings no new day: what is spent stays spent', () => {
  const world = World.started(org({ seats: [1, 2].map((n) => seat(`bot-${String(n)}`, { group: 'bot', harness: 'claude', budget: { usd: 4 } })) })).submit(plan('p', STEPS));
  world.yes({ ...finishedOf(world.assign(), 'failed'), usage: { tokens: 1, micro_usd: 3_000_000 } } as Told);
  world.now -= 86_400_000;
  expect(usd(world, world.assign())).toBe(1);
});
