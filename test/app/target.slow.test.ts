// The branch that a plan goes into is looked at just before orders go out: gone or rewritten, nothing of the plan is granted; put back, it goes on by itself. The quick suite's share is `target.test.ts`.
import { expect, it } from 'vitest';
import { explainPlan } from '../../src/kernel/views.ts';
import { managedHere } from '../support/manager-here.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import { stranger, twoSteps } from '../support/rewriting.ts';

it.each(['checked out', 'detached'])('rewritten or removed (%s): no order follows, it is said what to type, and the plan goes on when the branch is put back', async (where) => {
  await inWorld({}, async (world) => {
    const first = world.repo.git('rev-parse', 'main');
    const other = stranger(world);
    if (where === 'detached') world.repo.git('checkout', '-q', '--detach');
    world.plan({ plan_id: 'p', steps: twoSteps(world, 'update-ref', 'refs/heads/main', other) });
    const manager = world.manager('idle');
    expect(await manager.ended).toBe(4);
    expect(await world.steps('p')).toBe('a done, b ready');
    expect(manager.said('target.unfit')).toMatchObject([{ level: 'error', fields: { code: 'TARGET_REWRITTEN' }, message: expect.stringMatching(new RegExp(`^plan p gets nothing: main was rewritten: it stands at ${other.slice(0, 12)}, which does not hold ${first.slice(0, 12)}, which p began from\n  fix: put it back .*git merge ${first}; or end the plan: coo cancel p`)) as string }]);
    const { state } = await world.fresh();
    expect(Array.from(state.plans.values(), (plan) => explainPlan(state, plan))).toMatchObject([[{ code: 'TARGET_REWRITTEN', who: 'a person' }]]);
    world.repo.git('update-ref', '-d', 'refs/heads/main');
    expect(await world.run()).toBe(4);
    world.repo.git('update-ref', 'refs/heads/main', first);
    expect(await world.run()).toBe(0);
    expect((await world.events()).flatMap((event) => (event.type === 'target.unfit' ? event.code : event.type === 'target.fit' || event.type === 'plan.integrated' ? event.type : []))).toEqual(['TARGET_REWRITTEN', 'TARGET_GONE', 'target.fit', 'plan.integrated']);
    expect(world.tree('main')).toEqual(expect.arrayContaining(['a.txt', 'b.txt']));
  });
});

it('one that took the old commit in again is good, as is one that only grew: nothing is said', async () => {
  await inWorld({}, async (world) => {
    const first = world.repo.git('rev-parse', 'main');
    const other = stranger(world);
    const tree = `${first}^{tree}`;
    const both = world.repo.git('commit-tree', '-m', 'both', '-p', other, '-p', first, tree);
    world.repo.git('checkout', '-q', '--detach');
    world.plan({ plan_id: 'p', steps: twoSteps(world, 'update-ref', 'refs/heads/main', both) });
    expect(await world.run()).toBe(0);
    expect(await world.eventsOf('target.unfit')).toEqual([]);
    expect(await world.eventsOf('plan.integrated')).toMatchObject([{ before: both }]);
  });
});

it('history is looked at once for each place that the branch comes to', async () => {
  await inWorld({}, async (world) => {
    const first = world.repo.git('rev-parse', 'main');
    const other = stranger(world);
    const asked: string[] = [];
    await managedHere(
      world,
      { change: ({ work }) => ({ work: { ...work, isAncestor: async (ancestor, tip) => { if (ancestor === first && tip === other) asked.push(tip); return work.isAncestor(ancestor, tip); } } }) },
      async () => {
        world.plan({ plan_id: 'p', steps: twoSteps(world, 'update-ref', 'refs/heads/main', other) });
        world.plan({ plan_id: 'q', steps: [once('c', 'true'), once('d', 'true', { depends_on: ['c'] })] });
        await world.until('both are told', ({ state }) => [...state.plans.values()].length === 2 && [...state.plans.values()].every(({ target_fault }) => target_fault !== null));
        world.plan({ plan_id: 'r', steps: [once('e', 'true')] });
        await world.untilPlan('r', ({ counts }) => counts.done === 1);
      },
    );
    expect(asked).toEqual([other]);
  });
});

it('a plan that began from nothing, one that goes nowhere, and a pull request whose branch the forge has are not held up', async () => {
  await inWorld({}, async (world) => {
    world.repo.git('checkout', '-q', '--detach');
    world.repo.git('update-ref', 'refs/remotes/origin/main', 'main');
    world.plan({ plan_id: 'none', integrate: 'none', steps: twoSteps(world, 'update-ref', '-d', 'refs/heads/main') });
    world.plan({ plan_id: 'pull', integrate: 'pull_request', steps: twoSteps(world, 'update-ref', '-d', 'refs/heads/main') });
    world.plan({ plan_id: 'unborn', target: 'later', steps: twoSteps(world, 'update-ref', '-d', 'refs/heads/main') });
    expect(await world.run()).toBe(4);
    expect(await Promise.all(['none', 'pull', 'unborn'].map(async (id) => world.steps(id)))).toEqual(Array(3).fill('a done, b done'));
    expect(await world.eventsOf('target.unfit')).toEqual([]);
  });
  await inWorld({}, async (world) => {
    const other = stranger(world);
    world.repo.git('checkout', '-q', '--detach');
    world.repo.git('update-ref', 'refs/remotes/origin/main', other);
    world.plan({ plan_id: 'pull', integrate: 'pull_request', steps: twoSteps(world, 'update-ref', '-d', 'refs/heads/main') });
    expect(await world.run()).toBe(4);
    expect(await world.steps('pull')).toBe('a done, b ready');
    expect(await world.eventsOf('target.unfit')).toMatchObject([{ code: 'TARGET_REWRITTEN' }]);
  });
});
