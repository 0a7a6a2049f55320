// Breakers beyond failures in a row: what each counts, which scope it stops, and who closes it again.
import { describe, expect, it } from 'vitest';
import { undoneOf } from '../../src/kernel/charges.ts';
import type { BreakerLimits } from '../../src/kernel/org.ts';
import { RECENT_RUNS } from '../../src/kernel/limits.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { finding, finishedOf, of, org, plan, REASON, seat, step, World } from '../support/state-builder.ts';
import type { Attempt, Told } from '../support/state-builder.ts';

const COOLDOWN = 600_000;
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `s${String(at).padStart(2, '0')}`);
const kinds = (world: World): readonly (readonly [string, string])[] => [...world.state.breakers].map(([scope, { kind }]) => [scope, kind]);

/** Nothing but what is named is counted, and a plan has room for many failures. */
function started(breaker: Partial<BreakerLimits>, seats = [seat('dev-1', { group: 'dev' }), seat('dev-2', { group: 'dev' }), seat('ba', { roles: ['ba'] }), seat('you', { harness: 'person' })]): World {
  return World.started(org({ seats, breaker: { failures: 1_000, cooldown_ms: COOLDOWN, ...breaker }, limits: { workers: 20 } }));
}

function failAs(world: World, at: Attempt, fingerprint: string): void {
  world.yes({ ...finishedOf(at, 'failed', [finding()]), fingerprint } as Told);
}

describe('the rate of failures', () => {
  it('opens when half of a window is there and so many percent of it failed; the narrowest scope that shows it', () => {
    const world = started({ rate: 50, window: 8 }).submit(plan('p', many(20)));
    world.accept(world.assign());
    world.accept(world.assign());
    failAs(world, world.assign(), '1');
    expect(kinds(world)).toEqual([]);
    failAs(world, world.assign(), '2');
    expect(kinds(world)).toEqual([['p', 'open']]);
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', cause: 'rate', trips: 1, until_ms: world.now + COOLDOWN, reason: expect.stringContaining('2 of the last 4 runs failed') as string });
  });

  it('looks at the last runs alone', () => {
    const world = started({ rate: 75, window: 4 }).submit(plan('p', many(20)));
    failAs(world, world.assign(), '1');
    world.accept(world.assign());
    world.accept(world.assign());
    world.accept(world.assign());
    for (const fingerprint of ['2', '3']) failAs(world, world.assign(), fingerprint);
    expect(kinds(world)).toEqual([]);
    failAs(world, world.assign(), '4');
    expect(kinds(world)).toEqual([['p', 'open']]);
  });

  it('of a seat whose runs fail over many plans, none of which has runs enough', () => {
    const world = started({ rate: 100, window: 6 }).submit(...['p', 'q', 'r', 's'].map((id) => plan(id, [step('a', { role: 'ba' }), step('b', { seat: 'dev' })])));
    for (const id of ['p', 'q', 'r', 's']) world.accept(world.claim(`${id}/b`, 'dev-1', 'beating'));
    for (const [at, id] of ['p', 'q', 'r'].entries()) failAs(world, world.claim(`${id}/a`, 'ba', 'beating'), String(at));
    expect(kinds(world)).toEqual([['seat:ba', 'open']]);
    expect(world.no({ ...claimTold('s/a', 'ba') })).toBe('BREAKER_OPEN');
  });

  it('what it acted on counts no more: closed, it starts anew', () => {
    const world = started({ rate: 100, window: 4 }).submit(plan('p', many(20)));
    for (const fingerprint of ['1', '2']) failAs(world, world.assign(), fingerprint);
    expect(kinds(world)).toEqual([['p', 'open']]);
    world.yes({ type: 'breaker', scope: 'p', action: 'close', ...REASON });
    failAs(world, world.assign(), '3');
    expect(kinds(world)).toEqual([]);
    failAs(world, world.assign(), '4');
    expect(kinds(world)).toEqual([['p', 'open']]);
  });

  it('remembers no more runs than it may ever look at', () => {
    const world = started({}).submit(plan('p', many(RECENT_RUNS + 5)));
    for (let turn = 0; turn < RECENT_RUNS + 5; turn++) world.accept(world.assign());
    expect(world.state.recent.length).toBe(RECENT_RUNS);
  });
});

describe('the same failure again and again', () => {
  it('as the last run of so many steps, whatever was accepted in between', () => {
    const world = started({ alike: 3 }).submit(plan('p', many(20)));
    failAs(world, world.assign(), 'x');
    world.accept(world.assign());
    failAs(world, world.assign(), 'x');
    failAs(world, world.assign(), 'y');
    expect(kinds(world)).toEqual([]);
    failAs(world, world.assign(), 'x');
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', cause: 'alike' });
  });

  it('not of a step that has passed since, nor of attempts that left no mark', () => {
    const world = started({ alike: 2 }).submit(plan('p', many(20)));
    failAs(world, world.assign(), 'x');
    world.waitForTimer();
    world.accept(world.claim('p/s00', 'dev-1', 'beating'));
    failAs(world, world.assign(), 'x');
    failAs(world, world.assign(), '');
    failAs(world, world.assign(), '');
    expect(kinds(world)).toEqual([]);
  });

  it('stops the narrowest scope that holds all of them: a seat over two plans, else its harness, else all', () => {
    const two = (first: string, second: string): World => {
      const world = started({ alike: 2 }, [seat('ba', { roles: ['ba'] }), seat('dev'), seat('bot', { harness: 'bus' })]).submit(plan('p', ['a']), plan('q', ['a']));
      failAs(world, world.claim('p/a', first, 'beating'), 'x');
      failAs(world, world.claim('q/a', second, 'beating'), 'x');
      return world;
    };
    expect(kinds(two('dev', 'dev'))).toEqual([['seat:dev', 'open']]);
    expect(kinds(two('ba', 'dev'))).toEqual([['harness:shell', 'open']]);
    expect(kinds(two('ba', 'bot'))).toEqual([['all', 'open']]);
  });

  it('of one step so many times in a row: its plan', () => {
    const world = started({ repeats: 3 }).submit(plan('p', [step('a', { retry: { max: 9 } }), 'b']));
    for (const fingerprint of ['x', 'x', 'y', 'x', 'x']) {
      failAs(world, world.claim('p/a', 'dev-1', 'beating'), fingerprint);
      world.waitForTimer();
    }
    expect(kinds(world)).toEqual([]);
    failAs(world, world.claim('p/a', 'dev-1', 'beating'), 'x');
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', cause: 'repeats' });
  });
});

describe('attempts that change nothing and say nothing', () => {
  const empty = (world: World, at: Attempt): unknown => world.yes(finishedOf(at, 'failed', [finding()], true));

  it('so many of one seat in a row stop the seat, and no other', () => {
    const world = started({ empty: 3 }).submit(plan('p', many(9)), plan('q', many(9)));
    empty(world, world.claim('p/s05', 'dev-1', 'beating'));
    empty(world, world.claim('p/s06', 'dev-2', 'beating'));
    failAs(world, world.claim('p/s08', 'ba', 'beating'), 'other');
    expect(kinds(world)).toEqual([]);
    empty(world, world.claim('p/s07', 'dev-1', 'beating'));
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'seat:dev', cause: 'empty' });
    expect(world.assign().seat).toBe('ba');
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    expect(world.no({ type: 'take', seat: 'dev-2', nonce: 'n', token_sha256: 't', kind: 'held' })).toBe('BREAKER_OPEN');
  });

  it('also where it said that it was done: what was judged and found wanting', () => {
    const world = started({ empty: 1 }).submit(plan('p', ['a']));
    const claim = world.claim('p/a', 'dev-1', 'beating');
    world.finish(claim, 'passed');
    world.yes({ type: 'judged', ...of(claim), plan_before: world.plan('p').tip, receipt: 'r', fingerprint: 'f', empty: true, verdict: { kind: 'refused', findings: [finding('OUTPUT_MISSING')] } });
    expect(kinds(world)).toEqual([['seat:dev', 'open']]);
  });
});

describe('what was accepted and taken back', () => {
  it('so many times in one plan stops the plan, when the last way back is merged', () => {
    const world = started({ undone: 2 }).submit(plan('p', ['a', 'b', 'c'].map((id) => step(id, { rollback: ['git revert'] }))));
    for (const id of ['a', 'b']) {
      world.accept(world.claim(`p/${id}`, 'dev-1', 'beating'));
      world.yes({ type: 'undo', plan_id: 'p', step_id: id, ...REASON });
    }
    world.accept(world.claim('p/undo-a', 'dev-1', 'beating'));
    expect(kinds(world)).toEqual([]);
    world.accept(world.claim('p/undo-b', 'dev-1', 'beating'));
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', cause: 'undone', until_ms: world.now + COOLDOWN });
    world.yes({ type: 'breaker', scope: 'p', action: 'close', ...REASON });
    expect(undoneOf(world.state, 'p')).toBe(0);
  });
});

describe('a seat or a harness', () => {
  it('half open: one trial over all of its seats, and its verdict', () => {
    const world = started({ empty: 1 }).submit(plan('p', many(9)), plan('q', many(9)));
    world.yes(finishedOf(world.claim('p/s00', 'dev-1', 'beating'), 'failed', [finding()], true));
    world.wait(COOLDOWN);
    expect(kinds(world)).toEqual([['seat:dev', 'half_open']]);
    const trial = world.claim('p/s01', 'dev-1', 'beating');
    expect(world.no(claimTold('q/s00', 'dev-2'))).toBe('BREAKER_OPEN');
    world.fail(trial);
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'seat:dev', trips: 2, until_ms: world.now + 2 * COOLDOWN });
    world.wait(2 * COOLDOWN);
    world.accept(world.claim('p/s02', 'dev-2', 'beating'));
    expect(world.last('breaker.closed')).toMatchObject({ scope: 'seat:dev', by: 'coo' });
    expect(kinds(world)).toEqual([]);
  });

  it('that is stopped explains what still fails under it: nothing wider opens for that', () => {
    const world = started({ empty: 1, rate: 100, window: 2 }).submit(plan('p', many(9)));
    const [first, second] = [world.claim('p/s00', 'dev-1', 'beating'), world.claim('p/s01', 'dev-2', 'beating')];
    world.yes(finishedOf(first, 'failed', [finding()], true));
    failAs(world, second, 'other');
    expect(kinds(world)).toEqual([['seat:dev', 'open']]);
  });

  it('is stopped by hand, and what it waits for is said', () => {
    const world = started({}).submit(plan('p', ['a']));
    world.yes({ type: 'breaker', scope: 'harness:shell', action: 'open', ...REASON });
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    expect(explainStep(world.state, world.plan('p'), world.step('p/a'))).toMatchObject([{ code: 'BREAKER_OPEN', message: 'harness shell: STOPPED (breaker open): because', next: "coo breaker close --harness shell --reason '...'" }]);
    expect(world.claim('p/a', 'you').seat).toBe('you');
    world.yes({ type: 'breaker', scope: 'harness:shell', action: 'close', ...REASON });
  });

  it('that nobody has is refused', () => {
    const world = started({}).submit(plan('p', ['a']));
    expect(world.no({ type: 'breaker', scope: 'seat:nobody', action: 'open', ...REASON })).toBe('SEAT_UNKNOWN');
    expect(world.no({ type: 'breaker', scope: 'harness:bus', action: 'open', ...REASON })).toBe('SEAT_UNKNOWN');
    expect(world.no({ type: 'incident', scope: 'q', cause: 'guard', detail: 'd' })).toBe('PLAN_UNKNOWN');
  });

  it('is paused in the same way', () => {
    const world = started({}).submit(plan('p', ['a']));
    world.yes({ type: 'pause', scope: 'seat:dev', ...REASON });
    expect(world.no(claimTold('p/a', 'dev-1'))).toBe('PAUSED');
    expect(world.assign().seat).toBe('ba');
    world.yes({ type: 'resume', scope: 'seat:dev', ...REASON });
  });

  it('taken from somebody: not by a seat that is stopped', () => {
    const world = started({}).submit(plan('p', ['a']));
    world.claim('p/a', 'you');
    world.yes({ type: 'breaker', scope: 'seat:dev', action: 'open', ...REASON });
    expect(world.no({ type: 'seize', plan_id: 'p', step_id: 'a', seat: 'dev-1', nonce: 'n', token_sha256: 't', ...REASON })).toBe('BREAKER_OPEN');
  });
});

describe('opened with --stop', () => {
  it('ends what is at work in the scope, uncharged; a person goes on, and what has reported is judged', () => {
    const world = started({}).submit(plan('p', many(4)), plan('q', ['a']));
    const [first, second] = [world.claim('p/s00', 'dev-1', 'beating'), world.claim('p/s01', 'dev-2', 'beating')];
    world.claim('p/s02', 'you');
    world.claim('q/a', 'ba', 'beating');
    world.finish(second, 'passed');
    const events = world.yes({ type: 'breaker', scope: 'p', action: 'open', stop: true, ...REASON });
    expect(events.map(({ type }) => type)).toEqual(['breaker.opened', 'claim.revoked']);
    expect(world.last('claim.revoked')).toMatchObject({ step_id: 's00', by: 'op', reason: 'because' });
    expect(world.steps('p')).toBe('s00 waiting, s01 checking, s02 claimed, s03 ready');
    expect(world.owed()).toEqual(expect.arrayContaining(['stop p.s00.1']));
    expect(world.step('p/s00').failures).toBe(0);
    world.stopped(first);
    expect(world.step('p/s00')).toMatchObject({ status: 'ready', queued: null });
  });

  it('a second time: those that are still at work, if there are any', () => {
    const world = started({}).submit(plan('p', ['a', 'b']));
    world.claim('p/a', 'dev-1', 'beating');
    world.yes({ type: 'breaker', scope: 'all', action: 'open', ...REASON });
    expect(world.yes({ type: 'breaker', scope: 'all', action: 'open', stop: true, ...REASON }).map(({ type }) => type)).toEqual(['claim.revoked']);
    expect(world.no({ type: 'breaker', scope: 'all', action: 'open', stop: true, ...REASON })).toBe('UNCHANGED');
  });
});

it('a budget that is used up stays with a person, also where the attempt that used it up failed', () => {
  const world = started({ failures: 1 }).submit(plan('p', ['a'], { budget: { tokens: 10 } }));
  const claim = world.claim('p/a', 'dev-1', 'beating');
  world.yes({ ...finishedOf(claim, 'failed', [finding()]), usage: { tokens: 11, micro_usd: null } } as Told);
  expect(world.state.breakers.get('p')).toMatchObject({ kind: 'open', cause: 'budget', until_ms: null });
});

describe('an incident', () => {
  const incident = (cause: 'ledger' | 'guard' | 'disk', scope = 'all'): Told => ({ type: 'incident', scope, cause, detail: `${cause} went wrong` });

  it.each(['ledger', 'guard'] as const)('%s: open until a person closes it', (cause) => {
    const world = started({}).submit(plan('p', ['a']));
    world.yes(incident(cause));
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'all', until_ms: null, cause, reason: `${cause} went wrong`, by: 'coo' });
    world.wait(1e12);
    expect(world.no(world.assignment())).toBe('BREAKER_OPEN');
    expect(world.no({ type: 'recovered', cause: 'disk', detail: 'd' })).toBe('UNCHANGED');
    world.yes({ type: 'breaker', scope: 'all', action: 'close', ...REASON });
    expect(world.assign().step_id).toBe('a');
  });

  it('a full disk: until there is room, and nothing wider is closed with it', () => {
    const world = started({}).submit(plan('p', ['a']));
    world.yes(incident('disk'));
    expect(world.no(incident('disk'))).toBe('UNCHANGED');
    world.yes({ type: 'recovered', cause: 'disk', detail: 'there is room' });
    expect(world.last('breaker.closed')).toMatchObject({ scope: 'all', by: 'coo', reason: 'there is room' });
    world.yes(incident('disk'));
    world.yes(incident('ledger'));
    expect(world.no(incident('guard'))).toBe('UNCHANGED');
    expect(world.no({ type: 'recovered', cause: 'disk', detail: 'there is room' })).toBe('UNCHANGED');
  });

  it('takes the place of a breaker that time would open, and a full disk does not', () => {
    const world = started({ failures: 1 }).submit(plan('p', ['a']), plan('q', ['a']));
    world.fail(world.claim('p/a', 'dev-1', 'beating'));
    expect(world.no({ type: 'incident', scope: 'p', cause: 'disk', detail: 'd' })).toBe('UNCHANGED');
    world.yes(incident('guard', 'p'));
    world.wait(1e12);
    expect(kinds(world)).toEqual([['p', 'open']]);
  });
});

function claimTold(key: string, by: string): Told {
  const [plan_id = '', step_id = ''] = key.split('/');
  return { type: 'claim', plan_id, step_id, seat: by, nonce: 'n', token_sha256: 't', kind: 'beating' };
}
