import { expect, it } from 'vitest';
import { World } from '../support/state-builder.ts';

it('a ledger starts once', () => {
  const world = new World();
  expect(world.no({ type: 'begin', manager: 'm', after: 0 })).toBe('NO_LEDGER');
  world.yes({ type: 'start', ledger: 'l', object_format: 'sha256' });
  expect(world.state.object_format).toBe('sha256');
  expect(world.no({ type: 'start', ledger: 'm', object_format: 'sha1' })).toBe('UNCHANGED');
});

it('epochs only grow, and two that saw the same one end do not both begin the next', () => {
  const world = World.started();
  expect(world.state.epoch).toMatchObject({ number: 1, manager: 'm1', ended: false });
  world.yes({ type: 'begin', manager: 'm2', after: 1 });
  expect(world.no({ type: 'begin', manager: 'm3', after: 1 })).toBe('EPOCH_OLD');
  expect(world.state.epoch).toMatchObject({ number: 2, manager: 'm2' });
});

it('an epoch is ended by its own manager, once', () => {
  const world = World.started();
  expect(world.no({ type: 'end', epoch: 2 })).toBe('EPOCH_OLD');
  world.yes({ type: 'end', epoch: 1 });
  expect(world.state.epoch?.ended).toBe(true);
  expect(world.no({ type: 'end', epoch: 1 })).toBe('EPOCH_OLD');
  world.yes({ type: 'begin', manager: 'm2', after: 1 });
  expect(world.state.epoch).toMatchObject({ number: 2, ended: false });
});
