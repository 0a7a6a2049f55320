// `coo plan show --format mermaid`: who is at a step, or how often it was tried.
import { expect, it } from 'vitest';
import { planPicture } from '../../src/faces/cli/plan-lines.ts';
import { planView } from '../../src/kernel/views.ts';
import { plan, World } from '../support/state-builder.ts';

it('names who is at a step, and else how often it was tried', () => {
  const world = World.started().submit(plan('p', ['a', 'b<-a']));
  world.accept(world.assign());
  world.assign();
  expect(planPicture(world.plan('p'), planView(world.state, world.plan('p'))).join('\n')).toMatch(/n0\["a<br\/>done"\]:::good\n {2}n1\["b<br\/>claimed, dev-2"\]:::busy\n {2}n0 --> n1/);
});

it('says so where the steps are too many to draw', () => {
  const world = World.started();
  world.checksEveryEvent = false;
  world.submit(plan('p', Array.from({ length: 81 }, (_, at) => `s${String(at)}`)));
  expect(planPicture(world.plan('p'), planView(world.state, world.plan('p')))).toEqual(['%% 81 steps are too many to draw: coo plan show p']);
});
