import { expect, it } from 'vitest';
import { plan, World } from '../support/state-builder.ts';

it('the spool\'s mark only grows: epoch first, then number', () => {
  const world = World.started();
  world.yes({ type: 'taken', mark: { epoch: 1, number: 7 } });
  expect(world.no({ type: 'taken', mark: { epoch: 1, number: 7 } })).toBe('MESSAGE_STALE');
  expect(world.no({ type: 'taken', mark: { epoch: 1, number: 6 } })).toBe('MESSAGE_STALE');
  world.yes({ type: 'taken', mark: { epoch: 2, number: 1 } });
  expect(world.no({ type: 'taken', mark: { epoch: 1, number: 8 } })).toBe('MESSAGE_STALE');
});

it('what is refused, late or noted is recorded and changes nothing', () => {
  const world = World.started().submit(plan('p', ['a']));
  const before = JSON.stringify([...world.plan('p').steps]);
  world.yes({ type: 'refuse', name: 'x.json', what: 'claim', code: 'JSON', message: 'no JSON' });
  world.yes({ type: 'late', plan_id: 'p', step_id: 'a', fence: 9, what: 'run', digest: 'd' });
  world.yes({ type: 'note', by: 'op', text: 'hello', plan_id: 'p' });
  expect(world.events.slice(-3)).toEqual([
    { type: 'message.refused', name: 'x.json', what: 'claim', code: 'JSON', message: 'no JSON' },
    { type: 'late.refused', plan_id: 'p', step_id: 'a', fence: 9, what: 'run', digest: 'd' },
    { type: 'noted', by: 'op', text: 'hello', plan_id: 'p' },
  ]);
  expect(JSON.stringify([...world.plan('p').steps])).toBe(before);
});
