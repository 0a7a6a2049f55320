import { describe, expect, it } from 'vitest';
import { nextTimer } from '../../src/kernel/due.ts';
import { MAX_EVENTS } from '../../src/kernel/limits.ts';
import { finding, of, org, plan, REASON, seat, step, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const retry: Told = { type: 'retry', plan_id: 'p', step_id: 'a', ...REASON };
const none = { failures: 1_000, cooldown_ms: 1 };

it('an attempt that failed is tried again after a pause that doubles, until the retries are used up', () => {
  const world = World.started(org({ breaker: none, limits: { retries: 7, backoff_ms: 10_000, backoff_cap_ms: 300_000 } })).submit(plan('p', ['a']));
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 7; attempt++) {
    const claim = world.assign();
    expect(claim.fence).toBe(attempt);
    world.fail(claim);
    pauses.push((nextTimer(world.state) ?? 0) - world.now);
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    world.waitForTimer();
  }
  expect(pauses.map((ms) => ms / 1_000)).toEqual([10, 20, 40, 80, 160, 300, 300]);
  world.fail(world.assign());
  expect(world.step('p/a')).toMatchObject({ status: 'failed', failures: 8, stopping: null });
  expect(world.status('p')).toBe('failed');
  expect(world.owed()).toEqual([]);
});

it('a moment too early is too early', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.fail(world.assign());
  expect(world.wait(9_999)).toEqual([]);
  expect(world.wait(1)).toEqual([{ type: 'step.ready', plan_id: 'p', step_id: 'a' }]);
  expect(world.no({ type: 'tick' })).toBe('NOTHING_TO_DO');
});

it('timed out counts as failed; cancelled and blocked do not', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.finish(world.assign(), 'timed_out');
  expect(world.step('p/a').failures).toBe(1);
  world.waitForTimer();
  world.finish(world.assign(), 'cancelled');
  expect(world.step('p/a').failures).toBe(1);
  world.wait(0);
  world.finish(world.assign(), 'blocked', [finding('NEEDS_KEY', 'no key')]);
  expect(world.step('p/a')).toMatchObject({ failures: 1, status: 'blocked', why: 'no key', receipts: { length: 3 } });
});

describe('the step may say', () => {
  it('how often', () => {
    const world = World.started().submit(plan('p', [step('a', { retry: { max: 0 } })]));
    world.fail(world.assign());
    expect(world.steps('p')).toBe('a failed');
  });

  it('what no retry mends', () => {
    const world = World.started().submit(plan('p', [step('a', { retry: { non_retryable: ['SCOPE'] } })]));
    world.fail(world.assign(), 'FLAKY');
    world.waitForTimer();
    world.fail(world.assign(), 'SCOPE');
    expect(world.step('p/a')).toMatchObject({ status: 'failed', failures: 2 });
  });
});

describe('by hand', () => {
  it('a failed step gets all its retries again', () => {
    const world = World.started().submit(plan('p', [step('a', { retry: { max: 0 } }), 'b<-a']));
    world.fail(world.assign());
    world.yes(retry);
    expect(world.step('p/a')).toMatchObject({ status: 'ready', failures: 0, findings: [] });
    world.accept(world.assign());
    expect(world.steps('p')).toBe('a done, b ready');
  });

  it('a waiting one is let off its pause', () => {
    const world = World.started().submit(plan('p', ['a']));
    world.fail(world.assign());
    world.yes(retry);
    expect(world.steps('p')).toBe('a ready');
    expect(nextTimer(world.state)).toBeNull();
  });

  it('but never past a worker that is not seen dead', () => {
    const world = World.started().submit(plan('p', ['a']));
    const claim = world.assign();
    world.lose(claim);
    world.yes(retry);
    expect(world.steps('p')).toBe('a waiting');
    world.stopped(claim);
    expect(world.steps('p')).toBe('a ready');
  });

  it.each([{ type: 'skip' }, { type: 'override', to: 'done' }] as const)('what was ended by $type is open again, and those behind it wait for it anew', (word) => {
    const world = World.started().submit(plan('p', ['a', 'b<-a', 'c<-a,b']));
    world.yes({ ...word, plan_id: 'p', step_id: 'a', ...REASON });
    world.yes({ type: 'skip', plan_id: 'p', step_id: 'c', ...REASON });
    expect(world.steps('p')).toBe('a done, b ready, c done');
    expect(world.no({ type: 'undo', plan_id: 'p', step_id: 'a', ...REASON })).toBe('STEP_NOT_DONE');
    const held = world.claim('p/b');
    expect(world.no(retry)).toBe('CLAIM_HELD');
    world.yes({ type: 'release', ...of(held), reason: 'r' });
    expect(world.yes(retry)).toEqual([{ type: 'step.retried', plan_id: 'p', step_id: 'a', ...REASON }]);
    expect(world.steps('p')).toBe('a ready, b waiting, c done');
    world.accept(world.assign());
    expect(world.steps('p')).toBe('a done, b ready, c done');
    world.accept(world.assign());
    expect(world.owed()).toEqual(['integrate p']);
  });

  it('what was ended by hand as the last one is open again until the plan is in its target', () => {
    const world = World.started().submit(plan('p', ['b', 'a<-b']));
    world.accept(world.assign());
    world.yes({ type: 'skip', plan_id: 'p', step_id: 'a', ...REASON });
    expect(world.owed()).toEqual(['integrate p']);
    world.yes(retry);
    expect([world.owed(), world.steps('p'), world.status('p')]).toEqual([[], 'b done, a ready', 'active']);
    world.yes({ type: 'skip', plan_id: 'p', step_id: 'a', ...REASON });
    world.integrate('p');
    expect(world.no(retry)).toBe('PLAN_ENDED');
  });

  it('is refused where there is nothing to retry', () => {
    const world = World.started(org({ seats: [seat('dev')] })).submit(plan('p', ['b', 'a<-b']));
    expect(world.no(retry)).toBe('STEP_OPEN');
    world.assign();
    expect(world.no({ ...retry, step_id: 'b' })).toBe('STEP_OPEN');
    expect(world.no({ ...retry, step_id: 'z' })).toBe('STEP_UNKNOWN');
    world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    expect(world.no(retry)).toBe('PLAN_ENDED');
  });
});

describe('timers that are over at the same time', () => {
  const failed = (count: number): World => {
    const names = Array.from({ length: count }, (_, at) => `s${String(count - at).padStart(4, '0')}`);
    const world = World.started(org({ seats: [seat('dev')], breaker: { failures: 10_000, cooldown_ms: 1 } })).submit(plan('p', names));
    world.checksEveryEvent = false;
    for (let at = 0; at < count; at++) world.fail(world.assign());
    return world;
  };

  it('are told by name', () => {
    expect(failed(3).wait(10_000)).toMatchObject([{ step_id: 's0001' }, { step_id: 's0002' }, { step_id: 's0003' }]);
  });

  it('are told an entry\'s worth at a time', () => {
    const world = failed(MAX_EVENTS + 1);
    expect(world.wait(10_000).length).toBe(MAX_EVENTS);
    expect(world.wait(0).length).toBe(1);
    expect(world.wait(0)).toEqual([]);
  });
});
