import { expect, it } from 'vitest';
import { org, plan, seat, World } from '../support/state-builder.ts';

it('needs a ledger, and says when nothing changed', () => {
  const world = new World();
  expect(world.no({ type: 'organise', digest: 'd', org: org() })).toBe('NO_LEDGER');
  world.yes({ type: 'start', ledger: 'l', object_format: 'sha1' });
  world.yes({ type: 'organise', digest: 'd', org: org() });
  expect(world.no({ type: 'organise', digest: 'd', org: org() })).toBe('UNCHANGED');
});

it('a new seat may work at once; one that is gone finishes what it holds', () => {
  const world = World.started(org({ seats: [seat('old')] })).submit(plan('p', ['a', 'b']));
  const claim = world.assign();
  world.organise(org({ seats: [seat('new')] }));
  expect(world.assign().seat).toBe('new');
  world.accept(claim);
  expect(world.steps('p')).toBe('a done, b claimed');
});

it('a seat that comes back still holds what it held', () => {
  const world = World.started(org({ seats: [seat('dev')] })).submit(plan('p', ['a', 'b']));
  const claim = world.assign();
  world.organise(org({ seats: [] }));
  world.organise(org({ seats: [seat('dev')] }));
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.accept(claim);
  expect(world.assign().step_id).toBe('b');
});
