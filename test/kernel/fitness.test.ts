// What a seat's attempts need: where it is not there the manager gives the seat nothing, and it is said.
import { expect, it } from 'vitest';
import { explainStep } from '../../src/kernel/views.ts';
import { org, plan, seat, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const FAULT = { code: 'AGENT_ABSENT', message: 'claude cannot be started', fix: 'install it' };
const fitness = (group: string, fault: typeof FAULT | null): Told => ({ type: 'fitness', group, fault });
const started = (): World => World.started(org({ seats: [seat('dev-1', { group: 'dev' }), seat('dev-2', { group: 'dev' }), seat('you', { harness: 'person' })] })).submit(plan('p', ['a', 'b']));

it('an unfit group gets nothing of the manager, all its seats; a person takes the step; it is said what to do', () => {
  const world = started();
  world.yes(fitness('dev', FAULT));
  expect(world.last('seat.unfit')).toEqual({ type: 'seat.unfit', group: 'dev', ...FAULT });
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  expect(explainStep(world.state, world.plan('p'), world.step('p/a'))).toEqual([{ code: 'SEAT_UNFIT', message: 'dev-1, dev-2, you: claude cannot be started', who: 'a person', next: 'install it' }]);
  expect(world.claim('p/a', 'you').seat).toBe('you');
  world.yes(fitness('dev', null));
  expect(world.assign()).toMatchObject({ seat: 'dev-1', step_id: 'b' });
});

it('what is known already is no news, and of a group that is not there nothing is kept', () => {
  const world = started();
  expect(world.no(fitness('dev', null))).toBe('UNCHANGED');
  expect(world.no(fitness('nobody', FAULT))).toBe('SEAT_UNKNOWN');
  world.yes(fitness('dev', FAULT));
  expect(world.no(fitness('dev', FAULT))).toBe('UNCHANGED');
  world.organise(org({ seats: [seat('ba')] }));
  expect(world.state.unfit.size).toBe(0);
});

it('a group that was not looked at of late gets nothing this time', () => {
  const world = started();
  expect(world.no({ ...world.assignment(), unsure: ['dev'] } as Told)).toBe('NOTHING_TO_DO');
  expect(world.assign().seat).toBe('dev-1');
});
