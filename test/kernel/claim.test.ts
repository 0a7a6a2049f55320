import { describe, expect, it } from 'vitest';
import { claimOf, org, plan, REASON, seat, step, TOKEN, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const take = (by: string, kind: 'beating' | 'held' = 'held'): Told => ({ type: 'take', seat: by, nonce: 'n', token_sha256: TOKEN, kind });

function made(): World {
  const seats = [seat('dev'), seat('you', { harness: 'person' }), seat('ba', { roles: ['ba'] })];
  const steps = ['a', 'b<-a', step('c', { role: 'ba' }), step('d', { prompt: 'think' }), step('e', { seat: 'you' })];
  return World.started(org({ seats, limits: { workers: 1 } })).submit(plan('p', steps));
}

it('a step that is asked for by name is held, and no start is owed', () => {
  const world = made();
  expect(world.claim('p/a')).toMatchObject({ fence: 1, kind: 'held', seat: 'you', started_by_manager: false });
  expect(world.owed()).toEqual([]);
  expect(world.state.workers).toBe(0);
});

it('a beating claim counts as a worker, and no start is owed either', () => {
  const world = made();
  world.claim('p/a', 'dev', 'beating');
  expect(world.owed()).toEqual([]);
  expect(world.no(claimOf('p/c', 'ba', 'beating'))).toBe('WORKERS_FULL');
  expect(world.claim('p/c', 'ba', 'held').fence).toBe(1);
});

it('a person may take a failed or blocked step to mend it by hand; its attempts begin anew', () => {
  const world = made();
  world.accept(world.claim('p/a', 'dev'));
  world.yes({ type: 'override', plan_id: 'p', step_id: 'b', to: 'failed', ...REASON });
  expect(world.no(claimOf('p/b', 'dev'))).toBe('STEP_NOT_READY');
  expect(world.yes(claimOf('p/b', 'you')).map((event) => event.type)).toEqual(['step.retried', 'step.claimed']);
});

describe('is refused', () => {
  it.each([
    ['PLAN_UNKNOWN', claimOf('q/a', 'you')],
    ['STEP_UNKNOWN', claimOf('p/z', 'you')],
    ['SEAT_UNKNOWN', claimOf('p/a', 'who')],
    ['STEP_NOT_READY', claimOf('p/b', 'you')],
    ['SEAT_UNFIT', claimOf('p/c', 'dev')],
    ['SEAT_UNFIT', claimOf('p/e', 'dev')],
    ['HARNESS_UNFIT', claimOf('p/d', 'dev')],
  ] as const)('%s: %j', (code, input) => {
    expect(made().no(input)).toBe(code);
  });

  it('UNCHANGED to its holder, CLAIM_HELD to a second session of the same seat and to everybody else', () => {
    const world = made();
    world.claim('p/a', 'dev');
    expect(world.no(claimOf('p/a', 'dev'))).toBe('UNCHANGED');
    expect(world.no(claimOf('p/a', 'dev', 'held', 'other'))).toBe('CLAIM_HELD');
    expect(world.no(claimOf('p/a', 'you'))).toBe('CLAIM_HELD');
  });

  it('SEAT_BUSY: one step at a time', () => {
    const world = made();
    world.claim('p/a', 'you');
    expect(world.no(claimOf('p/d', 'you'))).toBe('SEAT_BUSY');
    expect(world.no(take('you'))).toBe('SEAT_BUSY');
  });

  it.each(['all', 'p'])('PAUSED, BREAKER_OPEN: while a stop of %s lasts', (scope) => {
    const world = made();
    world.yes({ type: 'pause', scope, ...REASON });
    expect(world.no(claimOf('p/a', 'you'))).toBe('PAUSED');
    world.yes({ type: 'resume', scope, ...REASON });
    world.yes({ type: 'breaker', scope, action: 'open', ...REASON });
    expect(world.no(claimOf('p/a', 'you'))).toBe('BREAKER_OPEN');
    expect(world.no(take('you'))).toBe(scope === 'all' ? 'BREAKER_OPEN' : 'NOTHING_TO_DO');
  });

  it('STEP_ENDED, STEP_NOT_READY: done, failed, cancelled', () => {
    const world = made();
    world.accept(world.claim('p/a', 'dev'));
    expect(world.no(claimOf('p/a', 'dev'))).toBe('STEP_ENDED');
    world.yes({ type: 'override', plan_id: 'p', step_id: 'b', to: 'failed', ...REASON });
    expect(world.no(claimOf('p/b', 'dev'))).toBe('STEP_NOT_READY');
    world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    expect(world.no(claimOf('p/b', 'dev'))).toBe('STEP_ENDED');
  });
});

describe('take: whatever is best for a seat', () => {
  it.each([['dev', 'a'], ['you', 'a'], ['ba', 'a']])('%s gets %s', (by, step_id) => {
    expect(made().yes(take(by))).toMatchObject([{ type: 'step.claimed', step_id, seat: by, started_by_manager: false }]);
  });

  it('roles and names narrow it down', () => {
    const world = made();
    world.claim('p/a', 'dev');
    expect(world.yes(take('ba'))).toMatchObject([{ step_id: 'c' }]);
    expect(world.yes(take('you'))).toMatchObject([{ step_id: 'd' }]);
  });

  it('is refused: no such seat, nothing to do, workers full', () => {
    const world = made();
    expect(world.no(take('who'))).toBe('SEAT_UNKNOWN');
    world.claim('p/a', 'ba', 'beating');
    expect(world.no(take('dev', 'beating'))).toBe('WORKERS_FULL');
    expect(world.no(take('dev'))).toBe('NOTHING_TO_DO');
  });
});
