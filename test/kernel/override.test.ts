import { describe, expect, it } from 'vitest';
import { finishedOf, plan, REASON, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const override = (step_id: string, to: 'done' | 'failed' | 'blocked'): Told => ({ type: 'override', plan_id: 'p', step_id, to, ...REASON });

it('done: the ones behind it go on, nothing of it is merged, and the word is kept', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a']));
  const claim = world.started(world.assign());
  const { tip } = world.plan('p');
  world.yes(override('a', 'done'));
  expect(world.step('p/a')).toMatchObject({ status: 'done', why: 'because', accepted: null });
  expect(world.plan('p').tip).toBe(tip);
  expect(world.steps('p')).toBe('a done, b ready');
  expect(world.owed()).toEqual(['stop p.a.1']);
  expect(world.no(finishedOf(claim, 'passed'))).toBe('CLAIM_NONE');
});

it('done as the last one: the plan is integrated', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.yes(override('a', 'done'));
  expect(world.owed()).toEqual(['integrate p']);
});

it('done before what it waits for: that changes nothing for it later', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a', 'c<-b']));
  world.yes(override('b', 'done'));
  expect(world.steps('p')).toBe('a ready, b done, c ready');
  world.accept(world.assign());
  expect(world.steps('p')).toBe('a done, b done, c ready');
});

describe.each(['failed', 'blocked'] as const)('%s', (to) => {
  it.each(['waiting', 'ready', 'claimed', 'checking', 'in a pause'])('a step that is %s', (was) => {
    const world = World.started().submit(plan('p', ['x', 'a<-x']));
    if (was !== 'waiting') world.accept(world.assign());
    if (was === 'claimed') world.assign();
    if (was === 'checking') world.finish(world.assign(), 'passed');
    if (was === 'in a pause') world.fail(world.assign());
    world.yes(override('a', to));
    expect(world.step('p/a')).toMatchObject({ status: to, why: 'because', ready_at_ms: null });
    expect(world.wait(1e9)).toEqual([]);
    expect(world.plan('p').checking).toEqual([]);
  });

  it('its dependency may still end, and a retry then makes it ready', () => {
    const world = World.started().submit(plan('p', ['x', 'a<-x']));
    world.yes(override('a', to));
    world.accept(world.assign());
    expect(world.status('p')).toBe(to);
    world.yes({ type: 'retry', plan_id: 'p', step_id: 'a', ...REASON });
    expect(world.steps('p')).toBe('x done, a ready');
  });
});

it('is refused', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  world.accept(world.assign());
  expect(world.no(override('a', 'failed'))).toBe('STEP_ENDED');
  world.yes(override('b', 'failed'));
  expect(world.no(override('b', 'failed'))).toBe('UNCHANGED');
  expect(world.no(override('z', 'failed'))).toBe('STEP_UNKNOWN');
  world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
  expect(world.no(override('b', 'done'))).toBe('PLAN_ENDED');
});
