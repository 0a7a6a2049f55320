// What a user sees of budgets and of seats that get nothing for now, from the state alone.
import { describe, expect, it } from 'vitest';
import { capsLine } from '../../src/app/manager/caps.ts';
import { SUMMARY_PATH, viewsOf } from '../../src/app/manager/checkpoint.ts';
import { WAIT_MS, restOf } from '../../src/app/manager/idle.ts';
import { textOf } from '../../src/app/operations/log.ts';
import { boardView } from '../../src/faces/cli/board/view.ts';
import { recordFault } from '../../src/format/record-shape.ts';
import type { EventOf } from '../../src/kernel/event.ts';
import { isoTime } from '../../src/kernel/iso.ts';
import { dollars, roomWords } from '../../src/app/spent-words.ts';
import { parkedViews, roomFor, spendingView } from '../../src/kernel/spending-views.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { finding, finishedOf, org, plan, REASON, seat, step, World } from '../support/state-builder.ts';

const SEATS = [seat('bot-1', { group: 'bot', harness: 'claude', budget: { usd: 5 } }), seat('bot-2', { group: 'bot', harness: 'claude', budget: { usd: 5 } })];
const PLAN = plan('p', [step('a', { prompt: 'go' }), step('b', { prompt: 'go' })]);
const DAY = 86_400_000;

function withAgents(seats = SEATS): World {
  return World.started(org({ seats })).submit(PLAN);
}
/** The first step's attempt meets its provider's limit. */
function limited(world: World, until_ms?: number): void {
  const at = world.claim('p/a', 'bot-1', 'beating');
  world.yes({ ...finishedOf(at, 'failed', [finding('AGENT_QUOTA', 'takes no more')]), result: 'parked', ...(until_ms === undefined ? {} : { until_ms }) } as Parameters<World['yes']>[0]);
}
function spent(world: World, micro_usd: number): void {
  const at = world.claim('p/a', 'bot-1', 'beating');
  world.yes({ ...finishedOf(at, 'failed', [finding('NOTHING_DONE', 'nothing')]), usage: { tokens: 1_000, micro_usd } } as Parameters<World['yes']>[0]);
}
const rest = (world: World, wait_ms = WAIT_MS): object => restOf(world.state, { moved: new Set(), now_ms: world.now, wait_ms, held: new Map(), holdsBack: false });
const explained = (world: World, key: string): readonly string[] => explainStep(world.state, world.plan('p'), world.step(key)).map(({ code, who, message, next }) => `${code} ${who}: ${message} -> ${next}`);

describe('a seat that gets nothing for now', () => {
  it('is why a ready step does not move, and until when', () => {
    const world = withAgents();
    limited(world, world.now + 3_600_000);
    const until = isoTime(world.now + 3_600_000);
    expect(parkedViews(world.state)).toEqual([{ seat: 'bot', until, why: 'quota', reason: 'takes no more' }]);
    expect(explained(world, 'p/a')).toEqual([`SEAT_PARKED time: its seats get nothing until ${until}: takes no more -> ${until}`]);
    expect(boardView(world.state, [], [], world.now).banners).toEqual([{ level: 'warn', text: `bot gets nothing until ${until}: takes no more` }]);
  });

  it('is not the reason while another seat could take the step', () => {
    const world = withAgents([...SEATS, seat('other', { harness: 'codex' })]);
    limited(world, world.now + 3_600_000);
    expect(explained(world, 'p/a')).toEqual(['UNASSIGNED the manager: ready, and a seat is free -> coo run']);
    expect(rest(world, 0)).toEqual({ kind: 'busy' });
    world.claim('p/b', 'other', 'beating');
    expect(explained(world, 'p/a')).toEqual(['SEATS_BUSY time: its seats are busy: bot-1, bot-2, other -> when one of them is free']);
  });

  it('is waited for where it comes back soon; else the run ends with 75', () => {
    const world = withAgents();
    limited(world, world.now + WAIT_MS);
    expect(rest(world)).toEqual({ kind: 'busy' });
    expect(rest(world, WAIT_MS - 1)).toEqual({ kind: 'idle', exit: 75, why: `seat bot gets nothing until ${isoTime(world.now + WAIT_MS)}: takes no more` });
  });

  it('for what it spent ends the run with 6', () => {
    const world = withAgents();
    spent(world, 5_000_000);
    world.now += 3_600_000;
    world.yes({ type: 'tick' });
    const until = isoTime((Math.floor(world.now / DAY) + 1) * DAY);
    const why = 'the budget of seat bot for the day is used up: $5.00 of $5 are spent';
    expect(rest(world, 10 * DAY)).toEqual({ kind: 'idle', exit: 6, why: `seat bot gets nothing until ${until}: ${why}` });
    expect(explained(world, 'p/b')).toEqual([`BUDGET_SPENT a person, or time: its seats get nothing until ${until}: ${why} -> ${until}, or raise the budget in _plans/coo.yaml, then coo breaker close --reason '...'`]);
    expect(boardView(world.state, [], [], world.now).waiting.filter(({ person }) => person)).toEqual([]);
  });
});

describe('a seat that spent what it may in a day', () => {
  const close = (scope: string): Parameters<World['yes']>[0] => ({ type: 'breaker', scope, action: 'close', ...REASON });

  it('gets work again when its budget was raised and a person says so, and not before', () => {
    const world = withAgents();
    spent(world, 5_000_000);
    expect([world.no(close('all')), world.no(close('seat:bot')), world.no(close('p'))]).toEqual(['BUDGET_SPENT', 'BUDGET_SPENT', 'BREAKER_CLOSED']);
    world.yes({ type: 'organise', digest: 'raised', org: org({ seats: SEATS.map((one) => ({ ...one, budget: { usd: 6 } })) }) });
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    world.yes(close('seat:bot'));
    expect(parkedViews(world.state)).toEqual([]);
    expect(world.assign().seat).toMatch(/^bot-/);
  });

  it('stays away for its provider, whatever a person says', () => {
    const world = withAgents();
    limited(world, world.now + 3_600_000);
    expect(world.no(close('seat:bot'))).toBe('BREAKER_CLOSED');
  });
});

describe('what agents spent', () => {
  it('is that of the day, and of all time in the summary', () => {
    const world = withAgents();
    const summary = (): object | undefined => viewsOf(world.state, 7, world.now).find(({ path }) => path === SUMMARY_PATH)?.view;
    expect(summary()).not.toHaveProperty('spent');
    spent(world, 1_250_000);
    expect(spendingView(world.state, world.now)).toMatchObject({ day: '2030-01-01', tokens: 1_000, usd: 1.25, seats: [{ seat: 'bot', tokens: 1_000, usd: 1.25, cap: { usd: 5 } }] });
    expect(spendingView(world.state, world.now + DAY)).toMatchObject({ day: '2030-01-02', tokens: 0, usd: 0, seats: [{ seat: 'bot', tokens: 0, usd: 0 }] });
    expect(summary()).toMatchObject({ spent: { tokens: 1_000, micro_usd: 1_250_000 } });
    expect(recordFault('usage', summary())).toBeUndefined();
  });

  it('is that of plans with a budget, while they go on', () => {
    const world = withAgents();
    world.submit(plan('q', [step('a', { prompt: 'go' })], { budget: { usd: 3 } }));
    expect(spendingView(world.state, world.now)?.plans).toEqual([{ plan_id: 'q', tokens: 0, usd: 0, cap: { usd: 3 } }]);
    world.yes({ type: 'cancel', plan_id: 'q', ...REASON });
    expect(spendingView(world.state, world.now)).not.toHaveProperty('plans');
  });

  it('leaves so much of each cap', () => {
    const world = World.started(org({ seats: [...SEATS, seat('other', { group: 'other', harness: 'claude', roles: ['qa'], budget: { usd: 1 } })] }));
    world.submit(plan('p', [step('a', { prompt: 'go', role: 'developer', budget: { usd: 2 } }), step('b', { prompt: 'go' })], { budget: { usd: 4, tokens: 5_000 } }));
    spent(world, 1_250_000);
    expect(roomFor(world.state, world.step('p/a'), world.now).map(roomWords)).toEqual([
      'one attempt of p/a: $2.00 or 20,000,000 tokens left of $2.00 or 20,000,000 tokens',
      'plan p: $2.75 or 4,000 tokens left of $4.00 or 5,000 tokens',
      'seat bot today: $3.75 left of $5.00',
      'all agents today: $28.75 or 199,999,000 tokens left of $30.00 or 200,000,000 tokens',
    ]);
  });

  it('stands there also where it is under a cent, and where no tokens are told', () => {
    expect([dollars(0.00021), dollars(0.005), dollars(0), dollars(1.2)]).toEqual(['$0.00021', '$0.005', '$0.00', '$1.20']);
    const SPENT: EventOf<'run.spent'> = { type: 'run.spent', plan_id: 'p', step_id: 'a', fence: 1, group: 'bot', tokens: 0, micro_usd: 210, at_ms: 0 };
    const used = (tokens: number): string => textOf({ ...SPENT, tokens });
    expect([used(0), used(30)]).toEqual(['p/a  does not tell how many tokens it used, $0.00021', 'p/a  used 30 tokens, $0.00021']);
  });

  it('is no news where no seat has an agent', () => {
    const world = World.started();
    expect([spendingView(world.state, world.now), capsLine(world.state, world.now)]).toEqual([null, undefined]);
  });

  it('and may spend is a line', () => {
    const world = World.started(org({ seats: SEATS, limits: { usd_per_step: 1, tokens_per_step: 2_000, usd_per_day: 9.5, tokens_per_day: 3_000_000 } }));
    world.submit(plan('p', [step('a', { prompt: 'go' })], { budget: { tokens: 10_000 } }));
    expect(capsLine(world.state, world.now)).toBe('budgets: an attempt of an agent $1.00 or 2,000 tokens; a day $9.50 or 3,000,000 tokens; seat bot a day $5.00; plan p 10,000 tokens. Spent today: $0.00, 0 tokens');
  });
});
