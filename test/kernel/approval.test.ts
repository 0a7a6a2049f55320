import { expect, it } from 'vitest';
import type { Signer } from '../../src/kernel/signers.ts';
import { explainPlan } from '../../src/kernel/views.ts';
import { claimOf, plan, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const KEY = 'ssh-ed25519 AAAA';
const signer = (principal: string, ...roles: Signer['roles']): Signer => ({ principal, key: `${KEY}${principal}`, roles });
const trust = (version: number, ...signers: readonly Signer[]): Told => ({ type: 'trust', version, digest: `signers-${String(version)}`, signers });
const HOME = signer('home', 'coordinator');

function governed(world: World, approvals?: number): World {
  world.yes(trust(1, HOME, signer('ada', 'approver'), signer('bob', 'approver'), signer('eve', 'person')));
  const { org } = world.state;
  if (org === null) throw new Error('no organisation');
  world.yes({ type: 'organise', digest: 'governed', org: { ...org, mode: 'governed', ...(approvals === undefined ? {} : { approvals }) } });
  return world;
}
const approve = (world: World, by: string, more: Partial<{ digest: string; sshsig: string | null }> = {}): Told => ({ type: 'approve', plan_id: 'p', digest: world.plan('p').digest, by, sshsig: 'sig', ...more });

it('a plan of governed mode starts when its text is approved, and not before', () => {
  const world = governed(World.started()).submit(plan('p', ['a']));
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  expect(world.no(claimOf('p/a', 'you'))).toBe('APPROVAL_NEEDED');
  expect(explainPlan(world.state, world.plan('p')).map(({ code }) => code)).toEqual(['APPROVAL_NEEDED']);
  world.yes(approve(world, 'ada'));
  expect(world.assign()).toMatchObject({ plan_id: 'p', step_id: 'a' });
});

it('counts different approvers, not signatures', () => {
  const world = governed(World.started(), 2).submit(plan('p', ['a']));
  world.yes(approve(world, 'ada'));
  expect(world.no(approve(world, 'ada'))).toBe('UNCHANGED');
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.yes(approve(world, 'bob'));
  world.assign();
});

it('is given by approvers alone, with a signature, for the text that the plan has', () => {
  const world = governed(World.started()).submit(plan('p', ['a']));
  expect(world.no(approve(world, 'eve'))).toBe('NOT_APPROVER');
  expect(world.no(approve(world, 'home'))).toBe('NOT_APPROVER');
  expect(world.no(approve(world, 'ada', { sshsig: null }))).toBe('NOT_APPROVER');
  expect(world.no(approve(world, 'ada', { digest: 'other' }))).toBe('APPROVAL_STALE');
});

it('another text of the plan wants another approval', () => {
  const world = governed(World.started()).submit(plan('p', ['a', 'b']));
  world.yes(approve(world, 'ada'));
  world.yes({ type: 'submit', plan: plan('p', ['a', 'b', 'c']), digest: 'second', base: null, by: 'op' });
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.yes(approve(world, 'ada'));
  world.assign();
});

it('nothing waits for it in dev mode, where an unsigned word is recorded too; the mode decides at once', () => {
  const world = World.started().submit(plan('p', ['a', 'b']));
  world.yes(approve(world, 'op', { sshsig: null }));
  world.accept(world.started(world.assign()));
  governed(world, 2);
  expect(world.no(world.assignment())).toBe('NOTHING_TO_DO');
  world.yes(approve(world, 'ada'));
  world.assign();
});

it('governed mode wants a coordinator and an approver among the signers', () => {
  const world = World.started();
  const { org } = world.state;
  if (org === null) throw new Error('no organisation');
  const switched: Told = { type: 'organise', digest: 'governed', org: { ...org, mode: 'governed' } };
  expect(world.no(switched)).toBe('SIGNERS_NONE');
  world.yes(trust(1, HOME));
  expect(world.no(switched)).toBe('SIGNERS_NONE');
  world.yes(trust(2, HOME, signer('ada', 'approver')));
  world.yes(switched);
});
