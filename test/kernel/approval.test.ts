import { expect, it } from 'vitest';
import { loosenings } from '../../src/kernel/loosening.ts';
import type { Seat } from '../../src/kernel/org.ts';
import type { Signer } from '../../src/kernel/signers.ts';
import { explainPlan } from '../../src/kernel/views.ts';
import { claimOf, org, plan, seat, World } from '../support/state-builder.ts';
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

it('a looser coo.yaml waits for approvers while governed mode holds, a stricter one for nobody; the one before goes on', () => {
  const world = governed(World.started(), 2);
  const { org: held } = world.state;
  if (held === null) throw new Error('no organisation');
  const dev = (digest: string): Told => ({ type: 'reorganise', digest, org: { ...held, mode: 'dev' } });
  const yes = (by: string, digest = 'dev'): Told => ({ type: 'approve_policy', file: 'coo.yaml', digest, by, sshsig: 'sig' });
  expect(world.no(dev('dev'))).toBe('APPROVAL_NEEDED');
  expect(world.no(yes('eve'))).toBe('NOT_APPROVER');
  world.yes(yes('ada'));
  expect(world.no(yes('ada'))).toBe('UNCHANGED');
  expect(world.no(dev('dev'))).toBe('APPROVAL_NEEDED');
  world.yes(yes('bob'));
  expect(world.no(dev('another'))).toBe('APPROVAL_NEEDED');
  world.yes({ type: 'reorganise', digest: 'strict', org: { ...held, approvals: 3 } });
  expect(world.state.org?.mode).toBe('governed');
  expect(world.no(dev('dev')), 'three are wanted now').toBe('APPROVAL_NEEDED');
  world.yes({ type: 'trust', version: 2, digest: 'signers-2', signers: [HOME, signer('ada', 'approver'), signer('bob', 'approver'), signer('cy', 'approver')] });
  world.yes(yes('cy'));
  world.yes(dev('dev'));
  expect([world.state.org?.mode, world.state.policy_approvals]).toEqual(['dev', []]);
  expect(world.no(yes('ada', 'later'))).toBe('UNCHANGED');
});

it('who may approve is said by approvers: a new list waits for them in governed mode, and is taken at once in dev mode', () => {
  const world = World.started();
  const list = (version: number, ...more: readonly Signer[]): Told => ({ type: 'retrust', version, digest: `list-${String(version)}`, signers: [HOME, signer('ada', 'approver'), ...more] });
  world.yes(list(1));
  const { org: held } = world.state;
  if (held === null) throw new Error('no organisation');
  world.yes({ type: 'reorganise', digest: 'governed', org: { ...held, mode: 'governed' } });
  expect(world.no(list(2, signer('eve', 'approver')))).toBe('APPROVAL_NEEDED');
  expect(world.no({ type: 'approve_policy', file: 'signers.yaml', digest: 'list-2', by: 'eve', sshsig: 'sig' })).toBe('NOT_APPROVER');
  world.yes({ type: 'approve_policy', file: 'signers.yaml', digest: 'list-2', by: 'ada', sshsig: 'sig' });
  world.yes(list(2, signer('eve', 'approver')));
  expect(world.state.signers?.version).toBe(2);
});

it('looser is: the mode, fewer approvals, open seats, and what attempts reach', () => {
  const before = org({ mode: 'governed', approvals: 2 });
  const [dev = seat('dev-1'), ...others] = before.seats;
  const widened = (more: Partial<Seat>): readonly string[] => loosenings(before, { ...before, seats: [{ ...dev, ...more }, ...others] });
  expect(loosenings(before, { ...before, approvals: 3, limits: { ...before.limits, workers: 1 } })).toEqual([]);
  expect(loosenings(before, { ...before, mode: 'dev', approvals: 1, seats_open: true })).toEqual(['mode: dev', 'approvals: 1, which were 2', 'seats_open']);
  expect(widened({ sandbox: 'required' })).toEqual([]);
  expect(widened({ sandbox: 'auto', network: ['a.example'], login: ['KEY'] })).toEqual(['sandbox: auto of dev-1', 'network of dev-1: a.example', 'login of dev-1: KEY']);
  expect(loosenings(before, { ...before, seats: [...before.seats, seat('new', { login: ['KEY'] }), seat('ada', { harness: 'person', login: ['KEY'] })] })).toEqual(['login of new: KEY']);
});
