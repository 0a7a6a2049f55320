// Plans as files: half saved, broken, with an id that is taken.
import { appendFileSync, existsSync, openSync, closeSync, readFileSync, writeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explain } from '../../src/app/operations/explain.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { managedHere } from '../support/manager-here.ts';
import { byHand, once, planText } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';

it('a file is taken when it is whole, and a broken one stays where it is with its reason until it is mended', async () => {
  await inWorld({}, async (world) => {
    const path = join(world.folder, '_plans/slow.plan.json');
    const text = planText({ plan_id: 'slow', steps: [once('s', 'true')] });
    const manager = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch !== null);
    // An editor that saves in pieces, never quiet for long.
    const file = openSync(path, 'w');
    for (const letter of text) writeSync(file, letter);
    closeSync(file);
    await world.untilPlan('slow', (plan) => plan.steps.size === 1);
    world.drop('_plans/broken.plan.json', '{"plan_id": "broken", "steps": [');
    const reason = await world.untilRejected('broken.plan');
    expect(reason.codes).toHaveLength(1);
    expect(readFileSync(join(world.folder, '_plans/broken.plan.json'), 'utf8')).toBe('{"plan_id": "broken", "steps": [');
    world.drop('_plans/broken.plan.json', planText({ plan_id: 'broken', steps: [once('s', 'true')] }));
    await world.untilPlan('broken', (plan) => plan.steps.size === 1);
    await eventually(() => 'the reason gone', () => !existsSync(join(world.folder, '_bus/rejected/broken.plan.json.json')) || undefined);
    await manager.drain();
  });
});

it('a JSON plan that is closed is taken however fresh; one that is cut short, or in YAML, has to stand still first', async () => {
  await inWorld({}, async (world) => {
    // To this clock no file ever gets old.
    const now = Date.now() - 60_000;
    await managedHere(world, { change: ({ clock }) => ({ clock: { ...clock, now: () => now } }) }, async () => {
      const text = planText({ plan_id: 'cut', steps: [byHand('s')] });
      writeFileSync(join(world.folder, '_plans/cut.plan.json'), text.trimEnd().slice(0, -1));
      writeFileSync(join(world.folder, '_plans/yaml.plan.yaml'), planText({ plan_id: 'yaml', steps: [byHand('s')] }));
      writeFileSync(join(world.folder, '_plans/json.plan.json'), planText({ plan_id: 'json', steps: [byHand('s')] }));
      await world.untilStep('json/s', 'ready');
    });
    expect([...(await world.session()).state.plans.keys()]).toEqual(['json']);
    expect(world.rejected()).toEqual([]);
  });
});

it('a dependency on nothing, a cycle, no step, ids that are taken: each refused with its reason, and other plans go on', async () => {
  await inWorld({}, async (world) => {
    world.repo.git('branch', 'coo/mine', world.repo.git('commit-tree', '-m', 'mine', 'HEAD^{tree}'));
    world.plan({ plan_id: 'good', steps: [once('s', 'true')] });
    expect(await world.run()).toBe(0);
    const bad = [
      { plan_id: 'nothing', steps: [once('s', 'true', { depends_on: ['none'] })] },
      { plan_id: 'cycle', steps: [once('a', 'true', { depends_on: ['b'] }), once('b', 'true', { depends_on: ['a'] })] },
      { plan_id: 'empty', steps: [] },
      { plan_id: 'GOOD', steps: [once('s', 'true')] },
      { plan_id: 'mine', steps: [once('s', 'true')] },
    ];
    for (const plan of bad) world.plan(plan);
    world.plan({ plan_id: 'better', steps: [once('s', 'true')] });
    expect(await world.run()).toBe(1);
    for (const { plan_id } of bad) expect((await world.untilRejected(`${plan_id}.plan`)).codes[0]).toMatch(/^[A-Z_]+$/);
    expect([...(await world.session()).state.plans.keys()]).toEqual(['good', 'better']);
  });
});

it('two files with one id: the first is a plan, the other is refused; the same bytes twice are one plan', async () => {
  await inWorld({}, async (world) => {
    const text = planText({ plan_id: 'one', steps: [once('s', `echo ran >> '${world.out('ran')}'`)] });
    world.drop('_plans/one.plan.json', text);
    expect(await world.run()).toBe(0);
    writeFileSync(join(world.folder, '_plans/copy.plan.json'), text);
    world.drop('_plans/other.plan.json', planText({ plan_id: 'one', title: 'another', steps: [once('s', 'true')] }));
    expect(await world.run()).toBe(1);
    expect((await world.untilRejected('other.plan')).codes).toEqual(['PLAN_EXISTS']);
    appendFileSync(join(world.folder, '_plans/copy.plan.json'), '\n');
    expect(await world.run()).toBe(1);
    expect((await world.untilRejected('copy.plan')).codes).toEqual(['PLAN_EXISTS']);
    expect(world.lines('ran')).toEqual(['ran']);
  });
});

it('an edited plan is its next revision: open steps change; what somebody holds waits until it is free, told to both sides', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const text = (objective: string, ...more: readonly string[]): string => planText({ plan_id: 'p', steps: [once('held', `echo ${objective} >> '${world.out('ran')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; false`, { objective, retry: { max: 1 } }), ...more.map((id) => once(id, `echo ${id} >> '${world.out('ran')}'`, { depends_on: ['held'] }))] });
    world.drop('_plans/p.plan.json', text('first'));
    const manager = world.manager('stopped');
    await world.untilStep('p/held', 'running');
    world.drop('_plans/p.plan.json', text('first', 'more'));
    await world.untilPlan('p', (plan) => plan.revision === 2 && plan.steps.has('more'));
    world.drop('_plans/p.plan.json', text('second', 'more').replace('; false', ''));
    expect((await world.untilRejected('p.plan')).codes).toEqual(['STEP_STARTED']);
    await world.untilPlan('p', (plan) => plan.wanted !== null && plan.wanted.steps.join() === 'held');
    expect(JSON.stringify((await explain(await world.fresh(), 'p/held')).blockers)).toContain('REVISION_WAITS');
    const view = join(world.folder, '_bus/claims/p.held.json');
    await eventually(() => 'the holder told', () => readFileSync(view, 'utf8').includes('"revision_waits": "file _plans/p.plan.json wants another text') || undefined);
    expect((await world.session()).state.claims.get('p/held')?.renewals).toBe(0);
    world.drop('_plans/p.plan.json', text('first', 'more', 'extra'));
    await world.untilPlan('p', (plan) => plan.revision === 3);
    await eventually(() => 'the word gone', () => !readFileSync(view, 'utf8').includes('revision_waits') || undefined);
    world.drop('_plans/p.plan.json', text('second', 'more').replace('; false', ''));
    await world.untilPlan('p', (plan) => plan.wanted !== null);
    writeFileSync(world.out('go'), '');
    await world.untilStep('p/more', 'done');
    expect(world.lines('ran')).toEqual(['first', 'second', 'more']);
    await eventually(() => 'the reason gone', () => !existsSync(join(world.folder, '_bus/rejected/p.plan.json.json')) || undefined);
    expect((await verify(world.world)).findings).toEqual([]);
    await manager.drain();
  });
});
