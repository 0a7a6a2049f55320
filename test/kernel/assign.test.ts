import { expect, it } from 'vitest';
import { orderId } from '../../src/kernel/ids.ts';
import type { Order } from '../../src/kernel/order.ts';
import type { Org } from '../../src/kernel/org.ts';
import { workOrder } from '../../src/kernel/work-order.ts';
import { BASE, org, plan, REASON, seat, step, TOKEN, World } from '../support/state-builder.ts';

it('a grant mints the next fence, holds the seat and owes one start', () => {
  const world = World.started().submit(plan('p', ['a']));
  const claim = world.assign();
  expect(claim).toMatchObject({ plan_id: 'p', step_id: 'a', fence: 1, seat: 'dev-1', kind: 'beating', lease_ms: 80_000, start: BASE, token_sha256: TOKEN, started_by_manager: true });
  expect(world.step('p/a').status).toBe('claimed');
  expect(world.state.seats.get('dev-1')?.claim).toBe('p/a');
  expect(world.owed()).toEqual(['start p.a.1']);
  world.started(claim);
  expect(world.owed()).toEqual([]);
  expect(world.step('p/a').status).toBe('running');
});

it('a start is owed until somebody announced itself or reported', () => {
  const world = World.started().submit(plan('p', ['a']));
  world.finish(world.assign(), 'passed');
  expect(world.owed()).toEqual(['judge p.a.1']);
});

it('is refused while nothing fits, all workers are out, or everything is stopped', () => {
  const world = World.started(org({ limits: { workers: 1 } }));
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.submit(plan('p', ['a', 'b']));
  world.yes({ type: 'pause', scope: 'all', ...REASON });
  expect(world.no(world.assignment())).toBe('PAUSED');
  world.yes({ type: 'resume', scope: 'all', ...REASON });
  world.yes({ type: 'breaker', scope: 'all', action: 'open', ...REASON });
  expect(world.no(world.assignment())).toBe('BREAKER_OPEN');
  world.yes({ type: 'breaker', scope: 'all', action: 'close', ...REASON });
  const claim = world.assign();
  expect(world.no(world.assignment())).toBe('WORKERS_FULL');
  world.lose(claim);
  expect(world.no(world.assignment())).toBe('WORKERS_FULL');
  world.stopped(claim);
  expect(world.assign().step_id).toBe('a');
});

it('is refused to a manager whose epoch is over', () => {
  const world = World.started().submit(plan('p', ['a']));
  const old = world.assignment();
  world.yes({ type: 'end', epoch: 1 });
  expect(world.no(old)).toBe('EPOCH_OLD');
  world.yes({ type: 'begin', manager: 'm2', after: 1 });
  expect(world.no(old)).toBe('EPOCH_OLD');
  expect(world.assign().fence).toBe(1);
});

it('the lease is the step\'s, else that of the kind of holder', () => {
  const seats = [seat('dev'), seat('agent', { starts: 'worker' }), seat('you', { harness: 'person' })];
  const world = World.started(org({ seats })).submit(plan('p', [step('a', { lease_ms: 5 }), 'b', 'c']));
  expect(world.assign().lease_ms).toBe(5);
  expect(world.claim('p/b', 'agent').lease_ms).toBe(1_800_000);
  expect(world.claim('p/c', 'you').lease_ms).toBe(28_800_000);
});

it('an order names ports and kept set-ups only where the organisation does', () => {
  const cache = { key: ['package-lock.json'], paths: ['node_modules'] };
  const orderOf = (workspace: Org['workspace']): Order => {
    const world = World.started(org({ workspace })).submit(plan('p', ['a']));
    const claim = world.assign();
    return workOrder(world.state, world.step('p/a'), claim);
  };
  expect(orderOf({ setup: ['npm ci'], ports: 0, cache })).toMatchObject({ cache });
  expect(orderOf({ setup: [], ports: 0 })).not.toHaveProperty('ports');
});

it('the order says everything the attempt needs, from state alone', () => {
  const made = org({ checks: { before: [], after: ['npm test'] }, workspace: { setup: ['npm ci'], ports: 10 }, limits: { wall_ms: 1_000 } });
  const own = step('b', { env: ['CI', 'PATH'], budget: { wall_ms: 9_000, usd: 2 }, checks: { after: [] }, scope: ['src/**'], outputs: ['x'], role: 'developer' });
  const world = World.started(made).submit(plan('p', ['a', own]));
  const [first, second] = [world.assign(), world.assign()];
  const order = workOrder(world.state, world.step('p/a'), first);
  expect(order).toMatchObject({ order_id: orderId('p', 'a', 1), attempt: 1, fence: 1, seat: 'dev-1', commands: ['true'], start_commit: BASE, scope: null, mode: 'dev' });
  expect(order.checks.after).toEqual(['npm test']);
  expect(order).toMatchObject({ setup: ['npm ci'], ports: 10 });
  expect(order).not.toHaveProperty('cache');
  expect(order.deadline_ms).toBe(first.at_ms + 1_000);
  expect(workOrder(world.state, world.step('p/b'), second)).toMatchObject({ budget: { wall_ms: 1_000, usd: 2 }, checks: { after: [] }, env: ['PATH', 'HOME', 'LANG', 'CI'], scope: ['src/**'], role: 'developer' });
});
