import { expect, it } from 'vitest';
import { waitsForPeople } from '../../src/kernel/waits.ts';
import { BASE, finding, of, org, plan, REASON, seat, step, World } from '../support/state-builder.ts';

const seats = [seat('dev-1'), seat('you', { harness: 'person', roles: ['approver'] }), seat('ada', { harness: 'bus' })];
const told = (world: World, most = 50): readonly string[] => waitsForPeople(world.state, most, ({ accepted_at_ms }) => accepted_at_ms).waits.map(({ code, plan_id, step_id, who }) => `${code} ${plan_id}/${step_id ?? ''} ${who}`);

it('the most urgent first, then the oldest: questions, what is blocked or failed, what only people can do', () => {
  const world = World.started(org({ seats })).submit(plan('old', ['asks', 'stuck', step('sign', { role: 'approver' }), step('write', { role: 'poet' }), 'open']));
  world.now += 1_000;
  world.submit(plan('hot', [step('sign', { role: 'approver' })], { priority: 'urgent' }));
  world.yes({ type: 'block', ...of(world.claim('old/stuck', 'ada')), reason: 'no key' });
  world.yes({ type: 'question', ...of(world.claim('old/asks', 'ada')), to: 'you', text: 'red or blue?' });
  expect(told(world)).toEqual(['UNCLAIMED hot/sign you', 'BLOCKED old/stuck a person', 'UNCLAIMED old/sign you', 'NO_SEAT old/write a person', 'QUESTION old/asks you']);
  expect(waitsForPeople(world.state, 2, ({ accepted_at_ms }) => accepted_at_ms)).toMatchObject({ waits: [{ plan_id: 'hot', priority: 'urgent' }, { step_id: 'stuck', message: 'no key', next: "coo retry old/stuck --reason '...', or do it yourself: coo claim old/stuck --seat you" }], more: 3 });
});

it('what is answered, taken, paused or cancelled waits for nobody', () => {
  const world = World.started(org({ seats })).submit(plan('p', ['asks', step('sign', { role: 'approver' })]));
  world.yes({ type: 'question', ...of(world.claim('p/asks', 'ada')), to: 'you', text: '?' });
  world.yes({ type: 'answer', plan_id: 'p', step_id: 'asks', text: 'yes', by: 'op' });
  world.claim('p/sign', 'you');
  expect(told(world)).toEqual([]);
  world.submit(plan('q', [step('sign', { role: 'approver' })]));
  world.yes({ type: 'pause', scope: 'all', ...REASON });
  expect(told(world)).toEqual([]);
  world.yes({ type: 'resume', scope: 'all', ...REASON });
  expect(told(world)).toEqual(['UNCLAIMED q/sign you']);
  world.yes({ type: 'cancel', plan_id: 'q', ...REASON });
  expect(told(world)).toEqual([]);
});

it('a plan whose merge waits for a person', () => {
  const world = World.started(org({ seats })).submit(plan('p', ['a'], { integrate: 'pull_request' }));
  world.accept(world.assign());
  expect(told(world)).toEqual([]);
  world.yes({ type: 'awaiting_merge', plan_id: 'p' });
  expect(told(world)).toEqual(['awaiting_merge p/ a person']);
});

it('what a person holds and was given back with findings waits for him; an agent mends his own', () => {
  const world = World.started(org({ seats })).submit(plan('p', ['a', 'b']));
  const findings = [finding('OUTPUT_MISSING', 'is not there'), finding()];
  for (const [key, by] of [['p/a', 'you'], ['p/b', 'ada']] as const) {
    const claim = world.claim(key, by);
    expect(told(world)).toEqual(by === 'you' ? [] : ['OUTPUT_MISSING p/a you']);
    world.yes({ type: 'done', ...of(claim), commit: BASE });
    world.judge(claim, { kind: 'refused', findings });
  }
  expect(waitsForPeople(world.state, 9, ({ accepted_at_ms }) => accepted_at_ms).waits).toMatchObject([{ message: 'is not there, and 1 more: coo explain p/a', next: 'mend it, then: coo done p/a --fence 1' }]);
});

it("a plan's own breaker that only a person closes; not one that closes by itself, nor one of all", () => {
  const world = World.started(org({ seats })).submit(plan('p', ['a', 'b', 'c', 'd']));
  world.yes({ type: 'breaker', scope: 'p', action: 'open', ...REASON });
  expect(told(world)).toEqual(['BREAKER_OPEN p/ a person']);
  world.yes({ type: 'breaker', scope: 'p', action: 'close', ...REASON });
  world.yes({ type: 'breaker', scope: 'all', action: 'open', ...REASON });
  expect(told(world)).toEqual([]);
  world.yes({ type: 'breaker', scope: 'all', action: 'close', ...REASON });
  for (let turn = 0; turn < 3; turn++) world.fail(world.assign());
  expect(world.state.breakers.get('p')?.kind).toBe('open');
  expect(told(world)).toEqual([]);
});
