import { expect, it } from 'vitest';
import { explainPlan } from '../../src/kernel/views.ts';
import type { Integrate } from '../../src/kernel/plan.ts';
import { BASE, plan, REASON, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const blocked: Told = { type: 'integration_blocked', plan_id: 'p', code: 'DIRTY', message: 'x.ts is changed', paths: ['x.ts'] };
const integrated: Told = { type: 'integrated', plan_id: 'p', before: BASE, after: BASE };

function finished(integrate: Integrate): World {
  const world = World.started().submit(plan('p', ['a'], { integrate }));
  world.accept(world.assign());
  return world;
}

it('merge: owed when the last step is done, and then done once', () => {
  const world = finished('merge');
  expect([world.status('p'), world.owed()]).toEqual(['active', ['integrate p']]);
  world.yes(integrated);
  expect([world.status('p'), world.owed()]).toEqual(['done', []]);
  expect(world.no(integrated)).toBe('NOT_INTEGRATING');
});

it('none: done with the last step', () => {
  expect([finished('none').status('p'), finished('none').owed()]).toEqual(['done', []]);
});

it('pull_request: waits for a merge elsewhere, and is done when it is seen', () => {
  const world = finished('pull_request');
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  expect([world.status('p'), world.owed()]).toEqual(['active', []]);
  expect(world.no({ type: 'awaiting_merge', plan_id: 'p' })).toBe('NOT_INTEGRATING');
  world.yes(integrated);
  expect(world.status('p')).toBe('done');
});

it('pull_request: merged elsewhere, of whatever kind, once', () => {
  const world = finished('pull_request');
  const merged: Told = { type: 'merged_elsewhere', plan_id: 'p', commit: BASE, kind: 'squash' };
  expect(world.no(merged)).toBe('NOT_INTEGRATING');
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  expect(world.yes(merged)).toEqual([{ type: 'plan.merged_elsewhere', plan_id: 'p', target: 'main', commit: BASE, kind: 'squash' }]);
  expect([world.status('p'), world.owed(), world.plan('p').integration]).toEqual(['done', [], { kind: 'done', before: null, after: BASE }]);
  expect(world.no(merged)).toBe('NOT_INTEGRATING');
});

it('pull_request: closed without a merge is said once, bars the way until it is open again, and may still be merged', () => {
  const world = finished('pull_request');
  const closed: Told = { type: 'closed_elsewhere', plan_id: 'p', where: 'https://forge/pull/7' };
  const reopened: Told = { ...closed, where: null };
  expect(world.no(closed)).toBe('NOT_INTEGRATING');
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  expect(world.no(reopened)).toBe('UNCHANGED');
  world.yes(closed);
  expect([world.status('p'), world.owed(), world.no(closed)]).toEqual(['blocked', [], 'UNCHANGED']);
  expect(explainPlan(world.state, world.plan('p'))).toEqual([{ code: 'PULL_REQUEST_CLOSED', message: 'https://forge/pull/7 was closed without a merge', who: 'a person', next: "reopen it there; or: coo cancel p --reason '...'" }]);
  world.yes(reopened);
  expect(world.status('p')).toBe('active');
  world.yes(closed);
  world.yes({ type: 'merged_elsewhere', plan_id: 'p', commit: BASE, kind: null });
  expect(world.status('p')).toBe('done');
});

it('blocked: said once, still owed, and tried again when it may have gone', () => {
  const world = finished('merge');
  world.yes(blocked);
  expect([world.status('p'), world.owed()]).toEqual(['blocked', ['integrate p']]);
  expect(world.no(blocked)).toBe('UNCHANGED');
  world.yes({ ...blocked, message: 'y.ts is changed' });
  world.yes({ type: 'retry_integration', plan_id: 'p', ...REASON });
  expect(world.status('p')).toBe('active');
  world.yes(integrated);
  expect(world.status('p')).toBe('done');
});

it('is refused before its time', () => {
  const world = World.started().submit(plan('p', ['a']));
  for (const told of [blocked, integrated, { type: 'awaiting_merge', plan_id: 'p' }, { type: 'retry_integration', plan_id: 'p', ...REASON }] as const) {
    expect(world.no(told)).toBe('NOT_INTEGRATING');
    expect(world.no({ ...told, plan_id: 'z' })).toBe('PLAN_UNKNOWN');
  }
});
