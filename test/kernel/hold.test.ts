import { describe, expect, it } from 'vitest';
import { BASE, of, plan, World } from '../support/state-builder.ts';
import type { Attempt, Told } from '../support/state-builder.ts';

function held(): { readonly world: World; readonly claim: Attempt } {
  const world = World.started().submit(plan('p', ['a', 'b<-a']));
  return { world, claim: world.claim('p/a') };
}
const ranOut = (at: Attempt, renewals: number): Told => ({ type: 'ran_out', ...of(at), renewals });

it('progress is shown, and as good as a renewal', () => {
  const { world, claim } = held();
  world.yes({ type: 'progress', ...of(claim), text: 'half way' });
  expect(world.step('p/a')).toMatchObject({ status: 'running', progress: 'half way' });
  expect(world.state.claims.get('p/a')?.renewals).toBe(1);
});

it('released: free for the next one at once, no retry charged, nothing to kill', () => {
  const { world, claim } = held();
  world.yes({ type: 'release', ...of(claim), reason: 'no time' });
  expect(world.step('p/a')).toMatchObject({ status: 'ready', failures: 0, losses: 0, fence: 1 });
  expect(world.owed()).toEqual([]);
  expect(world.claim('p/a').fence).toBe(2);
});

it('released by a harness: free when its worker is seen dead', () => {
  const world = World.started().submit(plan('p', ['a']));
  const claim = world.started(world.assign());
  world.yes({ type: 'release', ...of(claim), reason: 'no time' });
  expect(world.steps('p')).toBe('a waiting');
  expect(world.owed()).toEqual(['stop p.a.1']);
  world.stopped(claim);
  expect(world.steps('p')).toBe('a ready');
});

it('blocked: stays so until a person says retry', () => {
  const { world, claim } = held();
  world.yes({ type: 'block', ...of(claim), reason: 'which colour?' });
  expect(world.step('p/a')).toMatchObject({ status: 'blocked', why: 'which colour?', failures: 0 });
  world.wait(1e9);
  expect(world.status('p')).toBe('blocked');
  world.yes({ type: 'retry', plan_id: 'p', step_id: 'a', by: 'op', reason: 'red' });
  expect(world.step('p/a')).toMatchObject({ status: 'ready', why: null });
});

describe('a lease that ran out', () => {
  it('is asked about first; who does not answer loses the claim', () => {
    const { world, claim } = held();
    expect(world.yes(ranOut(claim, 0))).toMatchObject([{ type: 'claim.asked' }]);
    expect(world.steps('p')).toBe('a claimed, b waiting');
    expect(world.yes(ranOut(claim, 0))).toMatchObject([{ type: 'claim.expired' }, { type: 'step.ready' }]);
    expect(world.step('p/a')).toMatchObject({ status: 'ready', losses: 0, failures: 0 });
    expect(world.no({ type: 'renew', ...of(claim) })).toBe('CLAIM_NONE');
  });

  it('was renewed in time: the answer to an older count says nothing', () => {
    const { world, claim } = held();
    world.yes(ranOut(claim, 0));
    world.yes({ type: 'renew', ...of(claim) });
    expect(world.no(ranOut(claim, 0))).toBe('UNCHANGED');
    expect(world.yes(ranOut(claim, 1))).toMatchObject([{ type: 'claim.asked' }]);
  });

  it('is no matter once the holder reported, or where a harness beats', () => {
    const { world, claim } = held();
    world.yes({ type: 'done', ...of(claim), commit: BASE });
    expect(world.no(ranOut(claim, 0))).toBe('UNCHANGED');
    const other = World.started().submit(plan('p', ['a']));
    expect(other.no(ranOut(other.assign(), 0))).toBe('UNCHANGED');
  });
});

describe('done', () => {
  it('asks for judgement, once', () => {
    const { world, claim } = held();
    world.yes({ type: 'done', ...of(claim), commit: null });
    expect(world.steps('p')).toBe('a checking, b waiting');
    expect(world.owed()).toEqual(['judge p.a.1']);
    expect(world.no({ type: 'done', ...of(claim), commit: null })).toBe('REPORT_LATE');
  });

  it('is not for a worker to say whose harness is still there to report', () => {
    const world = World.started().submit(plan('p', ['a']));
    expect(world.no({ type: 'done', ...of(world.assign()), commit: BASE })).toBe('CLAIM_BEATING');
  });
});

it('released while it is judged: the judgement finds nobody', () => {
  const { world, claim } = held();
  world.yes({ type: 'done', ...of(claim), commit: BASE });
  world.yes({ type: 'release', ...of(claim), reason: 'wrong one' });
  expect(world.owed()).toEqual([]);
  expect(world.steps('p')).toBe('a ready, b waiting');
});

it('a worker announces itself once', () => {
  const world = World.started().submit(plan('p', ['a']));
  const claim = world.started(world.assign());
  expect(world.no({ type: 'started', ...of(claim), worker: 'w2' })).toBe('UNCHANGED');
});
