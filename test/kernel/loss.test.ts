import { describe, expect, it } from 'vitest';
import { apply } from '../../src/kernel/fold.ts';
import { of, org, plan, REASON, seat, World } from '../support/state-builder.ts';

it('lost is not failed: no retry is charged, no pause, no breaker', () => {
  const world = World.started().submit(plan('p', ['a', 'b', 'c']));
  for (let turn = 0; turn < 4; turn++) {
    const claim = world.assign();
    world.lose(claim);
    world.stopped(claim);
  }
  expect(world.step('p/a')).toMatchObject({ status: 'ready', failures: 0, losses: 4, fence: 4 });
  expect(world.state.breakers.size).toBe(0);
});

describe('takeover', () => {
  it('the old worker is seen dead before the next fence is minted', () => {
    const world = World.started(org({ seats: [seat('dev')] })).submit(plan('p', ['a']));
    const claim = world.started(world.assign());
    world.lose(claim);
    expect(world.owed()).toEqual(['stop p.a.1']);
    expect(world.steps('p')).toBe('a waiting');
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    world.wait(1e9);
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    world.stopped(claim);
    expect(world.assign().fence).toBe(2);
  });

  it('a start that was owed is owed no more', () => {
    const world = World.started().submit(plan('p', ['a']));
    world.lose(world.assign());
    expect(world.owed()).toEqual(['stop p.a.1']);
  });

  it('seen dead once; of another fence it says nothing', () => {
    const world = World.started().submit(plan('p', ['a']));
    const claim = world.assign();
    expect(world.no({ type: 'stopped', ...of(claim), survivors: 0 })).toBe('UNCHANGED');
    world.lose(claim);
    expect(world.no({ type: 'stopped', ...of(claim), fence: 2, survivors: 0 })).toBe('UNCHANGED');
    world.stopped(claim);
    expect(world.no({ type: 'stopped', ...of(claim), survivors: 0 })).toBe('UNCHANGED');
  });

  it('a clock that was set back delays by a tick and loses nothing', () => {
    const world = World.started().submit(plan('p', ['a']));
    const claim = world.assign();
    world.lose(claim);
    world.now -= 60_000;
    world.stopped(claim);
    expect(world.steps('p')).toBe('a waiting');
    world.wait(60_000);
    expect(world.steps('p')).toBe('a ready');
  });

  it('a worker to be stopped still counts, and its seat is free', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    world.lose(world.assign());
    expect(world.state.workers).toBe(1);
    expect(world.state.seats.get('dev-1')?.claim).toBeNull();
  });
});

it('lost again and again needs a person; a failure or a success in between starts the count anew', () => {
  const world = World.started(org({ limits: { losses: 3 } })).submit(plan('p', ['a']));
  const lose = (): void => {
    const claim = world.assign();
    world.lose(claim);
    world.stopped(claim);
  };
  lose();
  lose();
  world.fail(world.assign());
  world.waitForTimer();
  lose();
  lose();
  expect(world.steps('p')).toBe('a ready');
  const last = world.assign();
  world.lose(last);
  expect(world.step('p/a')).toMatchObject({ status: 'blocked', losses: 3, stopping: last.fence });
  world.yes({ type: 'retry', plan_id: 'p', step_id: 'a', ...REASON });
  expect(world.steps('p')).toBe('a waiting');
  world.stopped(last);
  expect(world.step('p/a')).toMatchObject({ status: 'ready', losses: 0, failures: 0 });
});

it('an end of waiting that comes late moves only what waits', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.yes({ type: 'override', plan_id: 'p', step_id: 'a', to: 'blocked', ...REASON });
  apply(world.state, { type: 'step.ready', plan_id: 'p', step_id: 'a' });
  expect(world.steps('p')).toBe('a blocked');
});
