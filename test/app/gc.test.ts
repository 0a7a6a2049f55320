// What processes that died in the middle of something left behind: listed, removed once it is old, and never taken from somebody who lives.
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { collected, HOUR_MS, MONTH_MS, plant } from '../support/collected.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

it.concurrent('unfinished files, imports, packs, workspaces: listed by --dry-run, kept while they are young, gone when they are old', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'true'), once('wrong', 'false')] });
    expect(await world.run()).toBe(1);
    const coo = join(world.repo.gitDir, 'coo');
    const state = join(world.scratch, 'state/coo', world.ledger);
    const planted = [
      join(coo, '.probe-0123456789abcdef'),
      join(coo, '.tmp-0123456789abcdef-3'),
      join(coo, 'results/.tmp-0123456789abcdef-0'),
      join(coo, 'evidence/p.s.1/.tmp-0123456789abcdef-4'),
      join(coo, 'attempts.git.0123456789abcdef.part/HEAD'),
      join(coo, 'attempts.git.0123456789abcdef.broken/objects/12/345'),
      join(coo, 'attempts.git/incoming/0123456789abcdef/pack/tmp_pack_x'),
      join(coo, 'attempts.git/objects/pack/tmp_idx_0123456789abcdef'),
      join(coo, 'attempts.git/objects/ab/tmp_obj_0123456789abcdef'),
      join(coo, 'follow/12-0123456789abcdef.json.part'),
      join(world.folder, '_bus/claims/.tmp-0123456789abcdef-1'),
      join(world.folder, '_bus/rejected/.tmp-0123456789abcdef-1'),
      join(world.folder, '_report/ledger/000/000/.tmp-0123456789abcdef-2'),
      join(state, '.p.s.2.0123456789ab.part/file'),
    ].map(plant);
    const strangers = [join(coo, '.tmp-of-mine'), join(coo, 'follow/notes.txt'), join(world.folder, '_bus/in/.draft.json'), join(world.folder, '_plans/.p.plan.yaml.swp'), join(coo, 'attempts.git/objects/pack/mine')].map(plant);
    expect((await collected(world, 0, true)).swept).toEqual([]);
    const listed = (await collected(world, 2 * HOUR_MS, true)).swept.map(({ path }) => path);
    for (const path of planted) expect([path, listed.some((top) => path === top || path.startsWith(`${top}/`))]).toEqual([path, true]);
    expect(listed).toHaveLength(planted.length);
    for (const path of [...planted, ...strangers]) expect([path, existsSync(path)]).toEqual([path, true]);
    const done = await collected(world, 2 * HOUR_MS, false);
    expect(done.swept.map(({ path }) => path)).toEqual(listed);
    expect(done.removed).toEqual(['p.wrong.1']);
    for (const path of planted) expect([path, existsSync(path)]).toEqual([path, false]);
    for (const path of strangers) expect([path, existsSync(path)]).toEqual([path, true]);
    world.plan({ plan_id: 'q', steps: [once('s', 'echo q > q.txt', { outputs: ['q.txt'] })] });
    await world.run();
    expect(await world.steps('q')).toBe('s done');
  });
});

it.concurrent('a file of a manager that lives is not taken, however old; nor what one writes to that belongs to an attempt at work', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done`)] });
    const manager = world.manager('stopped');
    await world.untilClaim('p/s', (live) => live.worker !== null);
    const coo = join(world.repo.gitDir, 'coo');
    const nonce = (await world.session()).state.epoch?.manager.split(':').at(-1) ?? '';
    const of = plant(join(coo, `.tmp-${nonce}-9`));
    const stranger = plant(join(coo, '.tmp-0123456789abcdef-9'));
    const output = readdirSync(join(coo, 'logs')).find((name) => name.startsWith(`.${world.ledger}.p.s.1.`)) ?? '';
    expect(output).not.toBe('');
    const done = await collected(world, MONTH_MS, false);
    expect(done.kept).toEqual([{ order_id: 'p.s.1', why: 'it is at work' }]);
    expect(done.swept.map(({ path }) => path)).toEqual([stranger]);
    expect([existsSync(of), existsSync(join(coo, 'logs', output))]).toEqual([true, true]);
    appendFileSync(world.out('go'), '');
    await world.untilStep('p/s', 'done');
    expect(await manager.drain()).toBe(0);
  });
});
