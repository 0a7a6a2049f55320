// The branch that a plan goes into is gone or rewritten: nothing of the plan is granted until it is good again, and other plans go on.
import { expect, it } from 'vitest';
import { revivePlan, reviveHead, snapshotHead, snapshotPlan } from '../../src/kernel/snapshot.ts';
import { explainPlan } from '../../src/kernel/views.ts';
import { waitsForPeople } from '../../src/kernel/waits.ts';
import { claimOf, org, plan, REASON, seat, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const FAULT = { code: 'TARGET_GONE', message: 'the branch main is gone', fix: 'put it back' } as const;
const look = (plan_id: string, fault: typeof FAULT | null): Told => ({ type: 'target_look', plan_id, fault });
const started = (): World => World.started(org({ seats: [seat('dev-1'), seat('dev-2'), seat('you', { harness: 'person' })] })).submit(plan('p', ['a', 'b']), plan('q', ['a']));

it('no order of the plan goes out, by the manager or by name; who holds a step goes on; it is said, and waits for a person', () => {
  const world = started();
  const held = world.assign();
  expect(held).toMatchObject({ plan_id: 'p', step_id: 'a' });
  world.yes(look('p', FAULT));
  expect(world.last('target.unfit')).toEqual({ type: 'target.unfit', plan_id: 'p', ...FAULT });
  expect(world.assign()).toMatchObject({ plan_id: 'q' });
  expect(world.no(claimOf('p/b', 'you'))).toBe('TARGET_GONE');
  const said = { code: 'TARGET_GONE', message: 'the branch main is gone', who: 'a person', next: 'put it back' };
  expect(explainPlan(world.state, world.plan('p'))).toEqual([said]);
  expect(waitsForPeople(world.state, 10, () => 0).waits).toMatchObject([{ plan_id: 'p', step_id: null, ...said }]);
  world.accept(world.started(held));
  expect(world.steps('p')).toBe('a done, b ready');
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.yes(look('p', null));
  expect(world.assign()).toMatchObject({ plan_id: 'p', step_id: 'b' });
});

it('is in a state that is taken from a cache', () => {
  const world = started();
  world.yes(look('p', FAULT));
  const state = reviveHead(snapshotHead(world.state));
  for (const id of ['p', 'q']) revivePlan(state, snapshotPlan(world.state, world.plan(id)));
  expect(state.plans.get('p')).toMatchObject({ target_fault: FAULT, parked: true });
  expect(state.plans.get('q')).toMatchObject({ target_fault: null, parked: false });
});

it('what is known is no news, and nothing is kept of a plan that is not there or has ended', () => {
  const world = started();
  expect(world.no(look('p', null))).toBe('UNCHANGED');
  expect(world.no(look('r', FAULT))).toBe('PLAN_UNKNOWN');
  world.yes(look('p', FAULT));
  expect(world.no(look('p', FAULT))).toBe('UNCHANGED');
  world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
  expect(world.no(look('p', null))).toBe('PLAN_ENDED');
});
