import { expect, it } from 'vitest';
import { atWork } from '../../src/kernel/due.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { claimOf, judgedOf, plan, REASON, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const freeze: Told = { type: 'freeze', seq: 7, ...REASON };
const thaw: Told = { type: 'thaw', ...REASON };

it('stands in the state with who, why, when and where, until the thaw', () => {
  const world = World.started();
  world.yes(freeze);
  expect(world.state.frozen).toEqual({ ...REASON, at_ms: world.now, seq: 7 });
  expect(world.no(freeze)).toBe('UNCHANGED');
  world.yes(thaw);
  expect(world.state.frozen).toBeNull();
  expect(world.no(thaw)).toBe('NOT_FROZEN');
});

it('grants nothing to anybody, and goes before a pause', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  const held = world.claim('p/b');
  world.yes(freeze);
  world.yes({ type: 'pause', scope: 'all', ...REASON });
  expect(world.no(world.assignment())).toBe('FROZEN');
  expect(world.no(claimOf('p/a', 'dev-1'))).toBe('FROZEN');
  expect(world.no({ type: 'take', seat: 'dev-1', nonce: 'n', token_sha256: held.token_sha256, kind: 'held' })).toBe('FROZEN');
  expect(world.no({ type: 'seize', plan_id: 'p', step_id: 'b', seat: 'dev-1', nonce: 'n', token_sha256: held.token_sha256, ...REASON })).toBe('FROZEN');
  expect(explainStep(world.state, world.plan('p'), world.step('p/a'))).toEqual([{ code: 'FROZEN', message: 'frozen by op: because', who: 'a person', next: "coo thaw --reason '...'" }]);
});

it('owes no start; a result is recorded, and its judgement waits for the thaw', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  const claim = world.assign();
  const other = world.started(world.assign());
  expect(atWork(world.state)).toBe(2);
  expect(world.owed()).toEqual(['start p.a.1']);
  world.yes(freeze);
  expect(world.owed()).toEqual([]);
  world.finish(other, 'passed');
  expect(world.steps('p')).toBe('a claimed, b checking');
  expect(atWork(world.state)).toBe(0);
  expect(world.owed()).toEqual([]);
  expect(explainStep(world.state, world.plan('p'), world.step('p/b')).map(({ code }) => code)).toEqual(['FROZEN']);
  world.yes(thaw);
  expect(world.owed()).toEqual(['start p.a.1', 'judge p.b.1']);
  world.accept(other);
  world.accept(world.started(claim));
});

it('a verdict or a merge that was on its way is refused, and owed again after the thaw', () => {
  const world = World.started().submit(plan('p', ['a']));
  const claim = world.started(world.assign());
  world.finish(claim, 'passed');
  world.yes(freeze);
  const verdict = judgedOf(claim, world.plan('p').tip, { kind: 'accepted', plan_after: world.commit() });
  expect(world.no(verdict)).toBe('FROZEN');
  world.yes(thaw);
  world.yes(verdict);
  world.yes(freeze);
  expect(world.no({ type: 'integrated', plan_id: 'p', before: null, after: world.commit() })).toBe('FROZEN');
  expect(world.owed()).toEqual([]);
  world.yes(thaw);
  expect(world.owed()).toEqual(['integrate p']);
});

it('a merge that somebody else made is a fact all the same', () => {
  const world = World.started().submit(plan('p', ['a'], { integrate: 'pull_request' }));
  world.accept(world.started(world.assign()));
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  world.yes(freeze);
  world.yes({ type: 'merged_elsewhere', plan_id: 'p', commit: world.commit(), kind: 'merge' });
  expect(world.status('p')).toBe('done');
});

it('still ends workers: a plan is cancelled, and its tree is to be stopped', () => {
  const world = World.started().submit(plan('p', ['a']));
  const claim = world.started(world.assign());
  world.yes(freeze);
  world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
  expect(world.owed()).toEqual(['stop p.a.1']);
  world.stopped(claim);
  expect(world.owed()).toEqual([]);
});
