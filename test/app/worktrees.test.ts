// A linked worktree that begins to show the bus under a running manager is followed, watched too, and let go when it is removed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
