import { describe, expect, it } from 'vitest';
import type { PlanThen, StepThen } from '../../src/kernel/input.ts';
import { planStatus } from '../../src/kernel/views.ts';
import { plan, REASON, step, World } from '../support/state-builder.ts';
import type { Told } from '../support/state-builder.ts';

const OID = 'f'.repeat(40);
const snapshot = (name = 's'): Told => ({ type: 'snapshot', name, seq: 3, head: OID, digest: 'd'.repeat(64), tag: OID, ...REASON });
const then = (world: World, id = 'p'): PlanThen => ({ cancelled: world.plan(id).cancelled !== null, steps: [...world.plan(id).steps.values()].map(({ step_id, status, accepted }): StepThen => ({ step_id, state: status, merged: accepted?.plan_after ?? null })) });
const back = (was: PlanThen | null, after: string | null, id = 'p'): Told => ({ type: 'roll_back', plan_id: id, snapshot: 's', was, after, ...REASON });

/** A plan of which `a` was merged before the snapshot. */
function taken(steps: Parameters<typeof plan>[1] = ['a', 'b<-a', 'c<-b'], over: Parameters<typeof plan>[2] = {}): { readonly world: World; readonly was: PlanThen } {
  const world = World.started().submit(plan('p', steps, over));
  world.accept(world.started(world.assign()));
  world.yes(snapshot());
  return { world, was: then(world) };
}

describe('a snapshot', () => {
  it('stands in the state by its name, which is used once, in any case of its letters', () => {
    const world = World.started();
    world.yes(snapshot('Spring'));
    expect([...world.state.snapshots.values()]).toEqual([{ name: 'Spring', seq: 3, head: OID, digest: 'd'.repeat(64), tag: OID, by: 'op', at_ms: world.now }]);
    expect(world.no(snapshot('spring'))).toBe('SNAPSHOT_EXISTS');
  });
});

describe('rolled back', () => {
  it('what was merged since is open again, in its order, and work goes on from the new tip', () => {
    const { world, was } = taken();
    world.accept(world.started(world.assign()));
    const tip = world.commit();
    const before = world.plan('p').tip;
    expect(world.yes(back(was, tip))).toEqual([{ type: 'plan.rolled_back', plan_id: 'p', snapshot: 's', before, after: tip, reopened: ['b'], dropped: [], ...REASON }]);
    expect([world.steps('p'), world.plan('p').tip]).toEqual(['a done, b ready, c waiting', tip]);
    const claim = world.assign();
    expect([claim.step_id, claim.start, claim.fence]).toEqual(['b', tip, 2]);
  });

  it('a plan whose steps were all done goes its way into the target again when they are', () => {
    const { world, was } = taken();
    for (let at = 0; at < 2; at += 1) world.accept(world.started(world.assign()));
    expect(world.owed()).toEqual(['integrate p']);
    world.yes(back(was, world.commit()));
    expect([world.owed(), world.steps('p')]).toEqual([[], 'a done, b ready, c waiting']);
    for (let at = 0; at < 2; at += 1) world.accept(world.started(world.assign()));
    expect(world.owed()).toEqual(['integrate p']);
  });

  it('one that is done without a merge is open again; one that is in its target is left alone', () => {
    const none = taken(['a', 'b'], { integrate: 'none' });
    none.world.accept(none.world.started(none.world.assign()));
    expect(none.world.status('p')).toBe('done');
    none.world.yes(back(none.was, none.world.commit()));
    expect([none.world.status('p'), none.world.steps('p')]).toEqual(['active', 'a done, b ready']);
    const merged = taken(['a', 'b']);
    merged.world.accept(merged.world.started(merged.world.assign()));
    merged.world.integrate('p');
    expect(merged.world.no(back(merged.was, merged.world.commit()))).toBe('PLAN_ENDED');
    expect(merged.world.no(back(null, null))).toBe('PLAN_ENDED');
  });

  it('a cancelled plan lives again; one that came later is cancelled, once', () => {
    const { world, was } = taken();
    world.submit(plan('q', ['a']));
    world.yes({ type: 'cancel', plan_id: 'p', ...REASON });
    world.yes(back(was, world.plan('p').tip));
    expect([world.status('p'), world.steps('p')]).toEqual(['active', 'a done, b ready, c waiting']);
    expect(world.yes(back(null, null, 'q'))).toEqual([{ type: 'plan.cancelled', plan_id: 'q', reason: 'rolled back to s: because', by: 'op' }]);
    expect(world.no(back(null, null, 'q'))).toBe('UNCHANGED');
  });

  it('a step that failed since gets its tries back; what failed before stays so', () => {
    const { world } = taken([step('a'), step('b', { retry: { max: 0 } }), step('c', { retry: { max: 0 } })]);
    world.fail(world.started(world.assign()));
    const was = then(world);
    world.fail(world.started(world.assign()));
    expect(world.steps('p')).toBe('a done, b failed, c failed');
    world.yes(back(was, world.plan('p').tip));
    expect(world.steps('p')).toBe('a done, b failed, c ready');
  });

  it('a step that was only said to be done then, and was merged since, is open again', () => {
    const { world } = taken(['a', 'b', 'c']);
    world.yes({ type: 'skip', plan_id: 'p', step_id: 'b', ...REASON });
    const was = then(world);
    world.yes({ type: 'retry', plan_id: 'p', step_id: 'b', ...REASON });
    world.accept(world.started(world.assign()));
    expect(world.yes(back(was, world.commit()))).toMatchObject([{ reopened: ['b'] }]);
    expect(world.steps('p')).toBe('a done, b ready, c ready');
  });

  it('a step that took back what is there again is dropped, and what it took back counts as done', () => {
    const { world, was } = taken([step('a', { rollback: ['rm a'] }), step('b', { prompt: 'think' })]);
    world.yes({ type: 'undo', plan_id: 'p', step_id: 'a', ...REASON });
    world.accept(world.started(world.assign()));
    expect(world.yes(back(was, world.commit()))).toMatchObject([{ reopened: [], dropped: ['undo-a'] }]);
    expect([world.steps('p'), world.step('p/a').undone_by, world.step('p/undo-a').why]).toEqual(['a done, b ready, undo-a done', null, 'rolled back to s by op']);
    expect(world.no(back(was, world.plan('p').tip))).toBe('UNCHANGED');
  });

  it('is refused while somebody holds a step of it, to a snapshot that there is not, and where nothing differs', () => {
    const { world, was } = taken();
    expect(world.no(back(was, world.plan('p').tip))).toBe('UNCHANGED');
    expect(world.no({ ...back(was, null), snapshot: 'other' } as Told)).toBe('SNAPSHOT_UNKNOWN');
    expect(world.no(back(was, null, 'nope'))).toBe('PLAN_UNKNOWN');
    world.assign();
    expect(world.no(back(was, world.plan('p').tip))).toBe('UNCHANGED');
    expect(world.no(back(was, world.commit()))).toBe('CLAIM_HELD');
    expect(world.no(back(null, null))).toBe('CLAIM_HELD');
    expect(planStatus(world.plan('p'))).toBe('active');
  });
});
