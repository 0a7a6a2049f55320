// A linked worktree that begins to show the bus under a running manager is followed, watched too, and let go when it is removed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { amend } from '../../src/app/operations/amend.ts';
import { byHand, once, planText } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { deaf, managedHere } from '../support/manager-here.ts';
import { inWorld } from '../support/real-world.ts';

it.concurrent.each([['with its watcher', undefined], ['though its watcher says nothing', deaf]] as const)('%s', async (_name, watch) => {
  await inWorld({}, async (world) => {
    const linked = join(world.scratch, 'linked');
    const others = (): readonly string[] => (existsSync(linked) ? [linked] : []);
    const options = { speed: 20, others, ...(watch === undefined ? {} : { watch }) };
    await managedHere(world, options, async (said) => {
      world.plan({ plan_id: 'p', steps: [byHand('s'), byHand('t')] });
      await world.untilStep('p/s', 'ready');
      world.ask('p', 's', 'me-1');
      await world.untilClaim('p/s');
      world.repo.git('worktree', 'add', '-q', '--detach', linked, 'main');
      mkdirSync(join(linked, '_plans'));
      writeFileSync(join(linked, '_plans/early.plan.json'), planText({ plan_id: 'early', steps: [once('s', 'true')] }));
      mkdirSync(join(linked, '_bus'));
      await world.untilStep('early/s', 'done', 'running');
      await eventually(() => 'the claim shown there', () => existsSync(join(linked, '_bus/claims/p.s.json')) || undefined);
      await eventually(() => 'an inbox', () => existsSync(join(linked, '_bus/in')) || watch !== undefined || undefined);
      mkdirSync(join(linked, '_bus/in'), { recursive: true });
      writeFileSync(join(linked, '_bus/in/late.json'), JSON.stringify({ type: 'note', by: 'me', text: 'from there' }));
      await eventually(() => 'the note', () => said('noted').find(({ message }) => message.includes('from there')));
      world.repo.git('worktree', 'remove', '--force', linked);
      world.ask('p', 't', 'me-2');
      await world.untilClaim('p/t');
      const beats = said('noted').length;
      for (const name of ['one', 'two']) world.message(name, { type: 'note', by: 'me', text: name });
      await eventually(() => 'notes', () => said('noted').length === beats + 2 || undefined);
    });
    world.message('still', { type: 'note', by: 'me', text: 'here' });
    await managedHere(world, options, async (said) => {
      await eventually(() => 'the note', () => said('noted').find(({ message }) => message.includes('here')));
    });
    expect(existsSync(linked)).toBe(false);
  });
});

it('the text of a plan comes from one worktree; what another says of the same plan is told, and taken by hand', async () => {
  await inWorld({}, async (world) => {
    const linked = join(world.scratch, 'linked');
    const text = (title: string): string => planText({ plan_id: 'p', title, steps: [byHand('s')] });
    const titleNow = async (): Promise<readonly unknown[]> => {
      const plan = (await world.session()).state.plans.get('p');
      return [plan?.revision, plan?.plan.title];
    };
    world.repo.git('worktree', 'add', '-q', '--detach', linked, 'main');
    for (const folder of ['_plans', '_bus']) mkdirSync(join(linked, folder));
    writeFileSync(join(linked, '_plans/p.plan.json'), text('theirs'));
    world.drop('_plans/p.plan.json', text('ours'));
    const options = { speed: 20, others: () => [linked] };
    const told = join('_bus/rejected', 'p.plan.json.json');
    await managedHere(world, options, async (said) => {
      await eventually(() => 'the word', () => said('plan.elsewhere')[0]);
      await world.untilPlan('p', ({ revision }) => revision === 1);
      expect(await titleNow()).toEqual([1, 'ours']);
      expect(JSON.parse(readFileSync(join(linked, told), 'utf8'))).toMatchObject({ reasons: [{ code: 'PLAN_ELSEWHERE', message: expect.stringContaining(`${linked}/_plans/p.plan.json`) as string, fix: `cd ${linked} && coo plan amend p` }] });
      world.drop('_plans/p.plan.json', text('ours again'));
      await world.untilPlan('p', ({ revision }) => revision === 2);
    });
    expect((await world.eventsOf('plan.revised')).map(({ by }) => by)).toEqual(['file _plans/p.plan.json']);
    await managedHere(world, options, async (said) => void (await eventually(() => 'the word', () => said('plan.elsewhere')[0])));
    expect(await titleNow()).toEqual([2, 'ours again']);
    expect(await amend(await world.another(linked), 'p', 'me')).toMatchObject({ ok: true, amended: { revision: 3 } });
    await managedHere(world, options, async (said) => {
      await eventually(() => 'the word', () => said('plan.elsewhere')[0]);
      expect(await titleNow()).toEqual([3, 'theirs']);
      await eventually(() => 'the word there gone', () => !existsSync(join(linked, told)) || undefined);
      writeFileSync(join(linked, '_plans/p.plan.json'), text('theirs again'));
      await world.untilPlan('p', ({ revision }) => revision === 4);
    });
    expect((await world.eventsOf('plan.revised')).at(-1)?.by).toBe('file linked/_plans/p.plan.json');
    // Gone with its worktree: whoever has the accepted text stands in for it.
    world.drop('_plans/p.plan.json', text('theirs again'));
    world.repo.git('worktree', 'remove', '--force', linked);
    world.message('looked', { type: 'note', by: 'me', text: 'looked' });
    await managedHere(world, { speed: 20 }, async (said) => {
      await eventually(() => 'a look', () => said('noted')[0]);
      world.drop('_plans/p.plan.json', text('ours at last'));
      await world.untilPlan('p', ({ revision }) => revision === 5);
    });
  });
});

it('where it cannot be kept which worktree a plan came from, plans come in all the same', async () => {
  await inWorld({}, async (world) => {
    writeFileSync(join(world.repo.gitDir, 'coo/origins'), 'no folder\n');
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    expect(await world.run()).toBe(4);
    world.plan({ plan_id: 'p', title: 'again', steps: [byHand('s')] });
    expect(await world.run()).toBe(4);
    expect((await world.session()).state.plans.get('p')?.revision).toBe(2);
  });
});
