import { expect, it } from 'vitest';
import { BASE, claimOf, finishedOf, of, plan, REASON, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const cancel: Told = { type: 'cancel', plan_id: 'p', ...REASON };

it('ends every step that is not done, wherever it stands, and has workers stopped', () => {
  const world = World.started().submit(plan('p', ['a', 'b', 'c', 'd<-a', 'e', 'f']));
  world.accept(world.assign());
  const [running, reported] = [world.started(world.assign()), world.assign()];
  world.finish(reported, 'passed');
  world.claim('p/d');
  world.yes({ type: 'override', plan_id: 'p', step_id: 'f', to: 'failed', ...REASON });
  world.yes(cancel);
  expect(world.steps('p')).toBe('a done, b cancelled, c cancelled, d cancelled, e cancelled, f cancelled');
  expect(world.step('p/e').why).toBe('because');
  expect(world.status('p')).toBe('cancelled');
  expect(world.owed()).toEqual(['stop p.b.1', 'stop p.c.1']);
  expect([...world.state.seats.values()].every((seat) => seat.claim === null)).toBe(true);
  expect(world.no(finishedOf(running, 'passed'))).toBe('CLAIM_NONE');
  world.stopped(running);
  world.stopped(reported);
  expect(world.owed()).toEqual([]);
  expect(world.state.workers).toBe(0);
  expect(world.no(claimOf('p/e', 'you'))).toBe('STEP_ENDED');
});

it('takes timers along: nothing wakes up later', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.fail(world.assign());
  world.yes(cancel);
  expect(world.wait(1e9)).toEqual([]);
  expect(world.steps('p')).toBe('a cancelled');
});

it('a plan whose branch is not in its target yet is not integrated', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.accept(world.assign());
  expect(world.owed()).toEqual(['integrate p']);
  world.yes(cancel);
  expect(world.owed()).toEqual([]);
  expect(world.no({ type: 'integrated', plan_id: 'p', before: BASE, after: BASE })).toBe('NOT_INTEGRATING');
  expect(world.no({ type: 'retry_integration', plan_id: 'p', ...REASON })).toBe('NOT_INTEGRATING');
});

it('leaves the line of judgement empty, whatever the order in it', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  const [a, b] = [world.assign(), world.assign()];
  world.finish(b, 'passed');
  world.finish(a, 'passed');
  world.yes(cancel);
  expect(world.plan('p').checking).toEqual([]);
  expect(world.owed()).toEqual(['stop p.a.1', 'stop p.b.1']);
});

it('is refused', () => {
  const world = World.started().submit(plan('p', ['a']), plan('q', ['a'], { integrate: 'none' }));
  world.yes(cancel);
  expect(world.no(cancel)).toBe('UNCHANGED');
  expect(world.no({ ...cancel, plan_id: 'z' })).toBe('PLAN_UNKNOWN');
  const claim = world.claim('q/a');
  world.yes({ type: 'done', ...of(claim), commit: null });
  world.accept(claim);
  expect(world.no({ ...cancel, plan_id: 'q' })).toBe('PLAN_ENDED');
});
