import { expect, it } from 'vitest';
import { plan, REASON, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const pause = (scope: string): Told => ({ type: 'pause', scope, ...REASON });
const resume = (scope: string): Told => ({ type: 'resume', scope, ...REASON });
const queued = (world: World): readonly string[] => [...world.plan('p').steps.values()].filter((step) => step.queued !== null).map(({ step_id }) => step_id);

it('parks what is ready in a plan, and puts it back', () => {
  const world = World.started().submit(plan('p', ['a', 'b', 'c<-a']), plan('q', ['a'], { priority: 'low' }));
  world.yes(pause('p'));
  expect(queued(world)).toEqual([]);
  expect(world.assign().plan_id).toBe('q');
  world.yes(resume('p'));
  expect(queued(world)).toEqual(['a', 'b']);
  expect(world.assign().step_id).toBe('a');
});

it('what runs goes on; what gets ready meanwhile waits for the end of the pause', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a']));
  const claim = world.assign();
  world.yes(pause('p'));
  world.accept(claim);
  expect(world.steps('p')).toBe('a done, b ready');
  expect(queued(world)).toEqual([]);
  world.yes(resume('p'));
  expect(world.assign().step_id).toBe('b');
});

it('of everything stops every plan, also one that comes later', () => {
  const world = World.started();
  world.yes(pause('all'));
  world.submit(plan('p', ['a']));
  expect(world.no(world.assignment())).toBe('PAUSED');
  world.yes(resume('all'));
  expect(world.assign().plan_id).toBe('p');
});

it('is refused', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.yes(pause('p'));
  expect(world.no(pause('p'))).toBe('UNCHANGED');
  expect(world.no(pause('q'))).toBe('PLAN_UNKNOWN');
  expect(world.no(resume('all'))).toBe('NOT_PAUSED');
});
