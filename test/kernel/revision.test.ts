import { describe, expect, it } from 'vitest';
import { BASE, org, plan, step, World } from '../support/state-builder.ts';
import { explainPlan } from '../../src/kernel/views.ts';
import type { Plan } from '../../src/kernel/plan.ts';
import type { Told } from '../support/state-builder.ts';

const submit = (one: Plan, over: { readonly digest?: string; readonly file?: string } = {}): Told => ({ type: 'submit', plan: one, digest: 'new', base: BASE, by: 'op', ...over });

it('open steps take the new text, come and go; what waits for whom follows', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a', 'c<-b']));
  world.yes(submit(plan('p', ['a', step('b', { objective: 'something else' }), 'd<-a,b'])));
  expect(world.steps('p')).toBe('a ready, b ready, d waiting');
  expect(world.plan('p')).toMatchObject({ revision: 2, digest: 'new' });
  expect(world.step('p/b').spec.objective).toBe('something else');
  world.accept(world.assign());
  world.accept(world.assign());
  expect(world.steps('p')).toBe('a done, b done, d ready');
});

it('a step that failed and has a new text is open again, with all its tries', () => {
  const world = World.started(org({ limits: { retries: 0 } })).submit(plan('p', ['a', 'b<-a']));
  world.fail(world.assign());
  expect(world.status('p')).toBe('failed');
  world.yes(submit(plan('p', [step('a', { commands: ['better'] }), 'b<-a'])));
  expect(world.step('p/a')).toMatchObject({ status: 'ready', failures: 0, why: null, fence: 1 });
});

it('a step that comes back goes on with its fence', () => {
  const world = World.started(org({ limits: { retries: 0 } })).submit(plan('p', ['a', 'b']));
  world.fail(world.claim('p/a', 'dev-1', 'beating'));
  world.yes(submit(plan('p', ['b'])));
  world.yes(submit(plan('p', ['b', 'a']), { digest: 'newer' }));
  expect(world.claim('p/a').fence).toBe(2);
});

it('the same steps under other words in another order are the same', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a']));
  world.accept(world.assign());
  world.yes(submit(plan('p', ['b<-a', 'a'], { title: 'another', priority: 'urgent' })));
  expect(world.steps('p')).toBe('b ready, a done');
});

it('with a new priority ready steps stand elsewhere in the queue', () => {
  const world = World.started().submit(plan('p', ['a']), plan('q', ['a']));
  world.yes(submit(plan('q', ['a'], { priority: 'urgent' })));
  expect(world.assign()).toMatchObject({ plan_id: 'q' });
});

it('a plan that only waited for its merge is open again with a step more', () => {
  const world = World.started().submit(plan('p', ['a'], { integrate: 'pull_request' }));
  world.accept(world.assign());
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  world.yes(submit(plan('p', ['a', 'b'], { integrate: 'pull_request' })));
  expect(world.plan('p').integration).toEqual({ kind: 'open' });
  expect(world.owed()).toEqual([]);
  world.accept(world.assign());
  expect(world.owed()).toEqual(['integrate p']);
});

describe('is refused', () => {
  it('STEP_STARTED: it changes what somebody holds; both sides can see it, and it is taken when they are free', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    const held = world.claim('p/a');
    const changed = submit(plan('p', [step('a', { objective: 'changed' }), 'b']));
    expect(world.no(changed)).toBe('STEP_STARTED');
    world.yes({ type: 'postpone', plan_id: 'p', digest: 'new', steps: ['a'], by: 'op' });
    expect(world.plan('p').wanted).toEqual({ digest: 'new', steps: ['a'], by: 'op' });
    const told = (): readonly string[] => explainPlan(world.state, world.plan('p')).map(({ code }) => code);
    expect(told()).toEqual(['REVISION_WAITS']);
    expect(world.no({ type: 'postpone', plan_id: 'p', digest: 'new', steps: ['a'], by: 'op' })).toBe('UNCHANGED');
    world.yes({ type: 'release', plan_id: 'p', step_id: 'a', fence: held.fence, reason: 'let it in' });
    // It was offered and not taken yet: nobody holds it, and nobody is said to.
    expect(told()).toEqual([]);
    world.yes(changed);
    expect(world.plan('p').wanted).toBe(null);
  });

  it('STEP_STARTED: also while the worker of the step must still be seen dead', () => {
    const world = World.started().submit(plan('p', ['a', 'b']));
    const claim = world.assign();
    world.lose(claim);
    expect(world.no(submit(plan('p', ['b'])))).toBe('STEP_STARTED');
    world.stopped(claim);
    world.yes(submit(plan('p', ['b'])));
  });

  it('STEP_ENDED: it changes or removes what is done', () => {
    const world = World.started().submit(plan('p', ['a', 'b<-a']));
    world.accept(world.assign());
    expect(world.no(submit(plan('p', ['b'])))).toBe('STEP_ENDED');
    expect(world.no(submit(plan('p', [step('a', { commands: ['false'] }), 'b'])))).toBe('STEP_ENDED');
  });

  it('PLAN_STARTED, PLAN_EXISTS, PLAN_EMPTY, PLAN_ENDED: another target, another file, no step, a plan that is over', () => {
    const world = World.started();
    world.yes(submit(plan('p', ['a']), { digest: 'old', file: 'p.plan.yaml' }));
    expect(world.no(submit(plan('p', ['a'], { target: 'other' })))).toBe('PLAN_STARTED');
    expect(world.no(submit(plan('p', ['b']), { file: 'q.plan.yaml' }))).toBe('PLAN_EXISTS');
    expect(world.no(submit(plan('p', [])))).toBe('PLAN_EMPTY');
    world.yes({ type: 'cancel', plan_id: 'p', by: 'op', reason: 'r' });
    expect(world.no(submit(plan('p', ['b'])))).toBe('PLAN_ENDED');
  });
});
