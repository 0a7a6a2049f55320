import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/kernel/plan.ts';
import { org, plan, seat, step, World } from '../support/state-builder.ts';

/** Steps in the order in which one worker after another gets them. */
function order(world: World): readonly string[] {
  const given: string[] = [];
  for (let answer = world.tell(world.assignment()); !('code' in answer); answer = world.tell(world.assignment())) {
    const event = world.last('step.claimed');
    given.push(`${event.plan_id}/${event.step_id}`);
    world.accept(event);
  }
  return given;
}

/** `step:seat` of every grant that is possible at once. */
function spread(world: World): readonly string[] {
  const given: string[] = [];
  for (let answer = world.tell(world.assignment()); !('code' in answer); answer = world.tell(world.assignment())) {
    const event = world.last('step.claimed');
    given.push(`${event.step_id}:${event.seat}`);
  }
  return given;
}

describe('which step goes first', () => {
  it('priority, then age of the plan, then place in it', () => {
    const world = World.started();
    const of = (plan_id: string, priority?: Priority): void => {
      world.submit(plan(plan_id, ['a', 'b'], priority === undefined ? {} : { priority }));
    };
    of('low', 'low');
    of('plain');
    of('normal', 'normal');
    of('high', 'high');
    of('urgent', 'urgent');
    expect(order(world)).toEqual(['urgent', 'high', 'plain', 'normal', 'low'].flatMap((id) => [`${id}/a`, `${id}/b`]));
  });

  it('a step that gets ready late stands where its place says', () => {
    const world = World.started().submit(plan('p', ['a', 'b<-a', 'c', 'd']), plan('q', ['a']));
    expect(order(world)).toEqual(['p/a', 'p/b', 'p/c', 'p/d', 'q/a']);
  });

  it('a role nobody is free for holds up nobody else', () => {
    const world = World.started().submit(plan('p', [step('a', { role: 'pilot' }), 'b'], { priority: 'urgent' }));
    expect(order(world)).toEqual(['p/b']);
  });
});

describe('which seat gets it', () => {
  it('one that has the role, or is named, itself or by its group', () => {
    const seats = [seat('ba-1', { group: 'ba', roles: ['ba'] }), seat('dev-1', { group: 'dev' }), seat('dev-2', { group: 'dev' })];
    const steps = [step('x', { seat: 'dev-2' }), step('y', { role: 'ba' }), step('z', { seat: 'dev' })];
    expect(spread(World.started(org({ seats })).submit(plan('p', steps)))).toEqual(['x:dev-2', 'y:ba-1', 'z:dev-1']);
  });

  it('the most specialised of those that can, so that the versatile stay free', () => {
    const seats = [seat('both', { roles: ['developer', 'ba'] }), seat('one')];
    const world = World.started(org({ seats })).submit(plan('p', [step('a', { role: 'developer' }), step('b', { role: 'ba' })]));
    expect(spread(world)).toEqual(['a:one', 'b:both']);
  });

  it('then the one that has waited longest, then by name', () => {
    const seats = ['c', 'a', 'b'].map((name) => seat(name));
    const world = World.started(org({ seats })).submit(plan('p', ['s1', 's2', 's3', 's4', 's5', 's6']));
    const holders: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const claim = world.assign();
      holders.push(claim.seat);
      world.accept(claim);
    }
    expect(holders).toEqual(['a', 'b', 'c', 'a']);
  });

  it('never a busy one, a person, or one whose worker starts itself', () => {
    const seats = [seat('dev'), seat('you', { harness: 'person' }), seat('far', { starts: 'worker' })];
    expect(spread(World.started(org({ seats })).submit(plan('p', ['a', 'b', 'c'])))).toEqual(['a:dev']);
  });

  it('no shell for a step without commands', () => {
    const world = World.started().submit(plan('p', [step('a', { prompt: 'think' })]));
    expect(spread(world)).toEqual([]);
    expect(world.claim('p/a').seat).toBe('you');
  });
});
