// What a seat's attempts need: where it is not there the manager gives the seat nothing, and it is said.
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/kernel/limits.ts';
import { explainStep } from '../../src/kernel/views.ts';
import { finding, finishedOf, org, plan, seat, World } from '../support/state-builder.ts';
import type { Attempt, Told } from '../support/state-builder.ts';

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

describe('a log-in that its provider does not take', () => {
  const UNFIT = { code: 'LOGIN_REFUSED', message: 'its provider does not take its log-in', fix: 'log in anew' };
  const refused = (at: Attempt): Told => ({ ...finishedOf(at, 'failed', [finding('AGENT_LOGIN', '401')]), result: 'parked', unfit: UNFIT } as Told);

  it('is no failure of the step, and its group gets nothing until it is another', () => {
    const world = started();
    world.yes(refused(world.started(world.assign())));
    expect(world.last('seat.unfit')).toEqual({ type: 'seat.unfit', group: 'dev', ...UNFIT });
    expect(world.step('p/a')).toMatchObject({ status: 'ready', failures: 0 });
    expect([world.state.recent, world.state.parked.size]).toEqual([[], 0]);
    expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
    world.yes(fitness('dev', null));
    expect(world.assign()).toMatchObject({ step_id: 'a', fence: 2 });
  });

  it('of a seat that nobody looks at is waited out', () => {
    const world = World.started(org({ seats: [seat('own', { starts: 'worker' })] })).submit(plan('p', ['a']));
    world.yes(refused(world.claim('p/a', 'own', 'beating')));
    expect([world.state.unfit.size, world.last('seat.parked')]).toMatchObject([0, { group: 'own', until_ms: world.now + DEFAULT_LIMITS.backoff_cap_ms }]);
  });
});
