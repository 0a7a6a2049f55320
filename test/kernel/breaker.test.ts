import { describe, expect, it } from 'vitest';
import { nextTimer } from '../../src/kernel/due.ts';
import { org, plan, REASON, seat, step, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const COOLDOWN = 600_000;
const by = (scope: string, action: 'open' | 'close'): Told => ({ type: 'breaker', scope, action, ...REASON });
const kinds = (world: World): readonly (readonly [string, string])[] => [...world.state.breakers].map(([scope, { kind }]) => [scope, kind]);

function failNext(world: World, times: number): void {
  for (let turn = 0; turn < times; turn++) world.fail(world.assign());
}

/** Plan p with six steps, three of which failed: its breaker is open. */
function opened(): World {
  const world = World.started().submit(plan('p', ['a', 'b', 'c', 'd', 'e', 'f']));
  failNext(world, 3);
  return world;
}

describe('opens', () => {
  it('the plan\'s, when three distinct steps of it failed', () => {
    const world = World.started().submit(plan('p', ['a', 'b', 'c', 'd']), plan('q', ['a']));
    failNext(world, 2);
    expect(kinds(world)).toEqual([]);
    failNext(world, 1);
    expect(kinds(world)).toEqual([['p', 'open']]);
    expect(world.last('breaker.opened')).toMatchObject({ scope: 'p', trips: 1, until_ms: world.now + COOLDOWN, by: 'coo' });
    expect(world.assign().plan_id).toBe('q');
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  });

  it('not for one step that fails three times', () => {
    const world = World.started().submit(plan('p', ['a']));
    for (let turn = 0; turn < 3; turn++) {
      failNext(world, 1);
      world.waitForTimer();
    }
    expect(kinds(world)).toEqual([]);
  });

  it('not when a step was accepted in between', () => {
    const world = World.started().submit(plan('p', ['a', 'b', 'c', 'd', 'e']));
    failNext(world, 2);
    world.accept(world.assign());
    failNext(world, 2);
    expect(kinds(world)).toEqual([]);
  });

  it('everything, when three failed over two plans', () => {
    const world = World.started().submit(plan('p', ['a', 'b']), plan('q', ['a', 'b']));
    failNext(world, 3);
    expect(kinds(world)).toEqual([['all', 'open']]);
    expect(world.no(world.assignment())).toBe('BREAKER_OPEN');
  });

  it('nothing for what failed in a plan that was cancelled since', () => {
    const world = World.started().submit(plan('p', ['a', 'b']), plan('q', ['a', 'b']));
    failNext(world, 2);
    world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    failNext(world, 2);
    expect(kinds(world)).toEqual([]);
  });

  it('as the organisation says', () => {
    const world = World.started(org({ breaker: { failures: 1, cooldown_ms: 5 } })).submit(plan('p', ['a']));
    failNext(world, 1);
    expect(world.last('breaker.opened').until_ms).toBe(world.now + 5);
  });
});

describe('while it is open', () => {
  it('steps that get ready do not stand in line', () => {
    const world = opened();
    world.wait(10_000);
    expect(world.steps('p')).toBe('a ready, b ready, c ready, d ready, e ready, f ready');
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  });

  it('what runs goes on, and may still be accepted', () => {
    const world = World.started(org({ seats: ['1', '2', '3', '4'].map((name) => seat(name)) })).submit(plan('p', ['a', 'b', 'c', 'd', 'e<-d']));
    const claims = [world.assign(), world.assign(), world.assign(), world.assign()] as const;
    for (const claim of claims.slice(0, 3)) world.fail(claim);
    expect(kinds(world)).toEqual([['p', 'open']]);
    world.accept(claims[3]);
    expect(kinds(world)).toEqual([['p', 'open']]);
    expect(world.step('p/e')).toMatchObject({ status: 'ready', queued: null });
  });
});

describe('half open, after the cool-down', () => {
  const halfOpen = (): World => {
    const world = opened();
    world.wait(COOLDOWN);
    expect(kinds(world)).toEqual([['p', 'half_open']]);
    return world;
  };

  it('lets one trial through', () => {
    const world = halfOpen();
    expect(world.assign().step_id).toBe('a');
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  });

  it('closes when the trial is accepted', () => {
    const world = halfOpen();
    world.accept(world.assign());
    expect(world.last('breaker.closed')).toMatchObject({ scope: 'p', by: 'coo' });
    expect(kinds(world)).toEqual([]);
    expect([world.assign().step_id, world.assign().step_id]).toEqual(['b', 'c']);
  });

  it('opens again for twice the time when the trial fails, and again', () => {
    const world = halfOpen();
    failNext(world, 1);
    expect(world.last('breaker.opened')).toMatchObject({ trips: 2, until_ms: world.now + COOLDOWN * 2 });
    world.wait(COOLDOWN * 2 - 1);
    expect(kinds(world)).toEqual([['p', 'open']]);
    world.wait(1);
    failNext(world, 1);
    expect(world.last('breaker.opened')).toMatchObject({ trips: 3, until_ms: world.now + COOLDOWN * 4 });
  });

  it.each(['lost', 'released', 'blocked', 'cancelled', 'overridden'])('makes room for another trial when one ends without a verdict: %s', (how) => {
    const world = halfOpen();
    const claim = world.assign();
    const { plan_id, step_id, fence } = claim;
    if (how === 'lost') world.lose(claim);
    else if (how === 'released') world.yes({ type: 'release', plan_id, step_id, fence, reason: 'r' });
    else if (how === 'overridden') world.yes({ type: 'override', plan_id, step_id, to: 'failed', ...REASON });
    else world.finish(claim, how as 'blocked' | 'cancelled');
    expect(kinds(world)).toEqual([['p', 'half_open']]);
    expect(world.assign().step_id).toBe('b');
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  });

  it('of everything: the trial may be of any plan', () => {
    const world = World.started().submit(plan('p', ['a', 'b']), plan('q', ['a', 'b']));
    failNext(world, 3);
    world.wait(COOLDOWN);
    const trial = world.assign();
    expect(world.no(world.assignment())).toBe('BREAKER_OPEN');
    world.accept(trial);
    expect(kinds(world)).toEqual([]);
    expect([...world.state.charges]).toEqual([]);
  });
});

describe('by hand', () => {
  it('never closes by itself', () => {
    const world = World.started().submit(plan('p', ['a']));
    world.yes(by('all', 'open'));
    expect(nextTimer(world.state)).toBeNull();
    world.wait(1e12);
    expect(world.no(world.assignment())).toBe('BREAKER_OPEN');
    world.yes(by('all', 'close'));
    expect(world.assign().step_id).toBe('a');
  });

  it('closed: old failures count no more, and its timer is gone', () => {
    const world = opened();
    world.yes(by('p', 'close'));
    expect(world.wait(COOLDOWN).map(({ type }) => type)).toEqual(['step.ready', 'step.ready', 'step.ready']);
    failNext(world, 2);
    expect(kinds(world)).toEqual([]);
  });

  it('opened while half open: no trial any more', () => {
    const world = opened();
    world.wait(COOLDOWN);
    world.yes(by('p', 'open'));
    world.wait(1e9);
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  });

  it('is refused', () => {
    const world = opened();
    expect(world.no(by('p', 'open'))).toBe('UNCHANGED');
    expect(world.no(by('all', 'close'))).toBe('BREAKER_CLOSED');
    expect(world.no(by('q', 'open'))).toBe('PLAN_UNKNOWN');
  });
});

it('a pause on top of it: both must end', () => {
  const world = World.started().submit(plan('p', [step('a')]));
  world.yes(by('p', 'open'));
  world.yes({ type: 'pause', scope: 'p', ...REASON });
  world.yes(by('p', 'close'));
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.yes({ type: 'resume', scope: 'p', ...REASON });
  expect(world.assign().step_id).toBe('a');
});
