// Below limits.free_disk_bytes no new attempt starts; that is said once, with the fix, and things go on when there is room.
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { wantOfRoom } from '../../src/app/room.ts';
import { work } from '../../src/app/operations/work.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

/** More than any disk has. */
const ALL = 2 ** 46;

/** Sets the limit as an operator would: the file is saved anew. */
function floor(world: RealWorld, free_disk_bytes: number): void {
  const org = JSON.parse(readFileSync(join(world.folder, '_plans/coo.yaml'), 'utf8')) as { limits: object };
  world.drop('_plans/coo.yaml', JSON.stringify({ ...org, limits: { ...org.limits, free_disk_bytes } }));
}

it('a manager starts nothing without room, says so once and in the ledger, and goes on when there is room', async () => {
  await inWorld({ limits: { free_disk_bytes: ALL } }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    const manager = world.manager('idle');
    await world.untilStep('p/a', 'ready');
    // Something else to decide on, and several looks at the disk.
    for (const name of ['one', 'two', 'three']) {
      world.message(name, { type: 'note', text: name });
      await setTimeout(700);
    }
    expect(await world.steps('p')).toBe('a ready');
    expect(manager.said('disk.short')).toMatchObject([{ level: 'warn', message: expect.stringMatching(/free for the repository .* less than limits\.free_disk_bytes \(64 TiB\): no attempt starts\n {2}fix: make room: coo gc/) as string }]);
    const stopped = (await world.fresh()).state.breakers.get('all');
    expect(stopped).toMatchObject({ kind: 'open', cause: 'disk', until_ms: null, by: 'coo' });
    floor(world, 0);
    expect(await manager.ended).toBe(0);
    expect((await world.fresh()).state.breakers.size).toBe(0);
    expect([await world.steps('p'), manager.said('disk.back').length]).toEqual(['a done', 1]);
  });
});

it('what goes on when room runs out goes on', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', `: > '${world.out('at-work')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; echo a > a.txt`), once('b', 'echo b > b.txt', { depends_on: ['a'] })] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('at-work'));
    floor(world, ALL);
    await world.until('the limit', (session) => session.state.org?.limits.free_disk_bytes === ALL);
    world.start(['-e', `require('node:fs').writeFileSync(${JSON.stringify(world.out('go'))}, '')`]);
    await world.untilStep('p/a', 'done');
    await world.untilStep('p/b', 'ready');
    floor(world, 1);
    await world.untilStep('p/b', 'done');
    expect(await manager.drain()).toBe(0);
  });
});

it('coo work --once says that there is no room, and takes nothing', async () => {
  await inWorld({ limits: { free_disk_bytes: ALL } }, async (world) => {
    const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, [process.execPath]);
    const worked = work(whole, { seat: 'dev-1', version: 'test', once: true, signal: new AbortController().signal, onResult: () => undefined });
    await expect(worked).rejects.toMatchObject({ code: 'DISK_SHORT', exit: 75 });
    await whole.work.close();
    await whole.git.close();
  });
});

it('a state home that leads nowhere is no want of room: what is wrong with it is said where it is used', async () => {
  await inWorld({}, async (world) => {
    symlinkSync('/nowhere/at/all', join(world.scratch, 'lost'));
    const { files, layout } = world.world;
    expect(await wantOfRoom({ files, layout: { ...layout, stateHome: join(world.scratch, 'lost') } }, { org: null })).toBeUndefined();
    expect(await wantOfRoom({ files, layout: { ...layout, stateHome: join(world.scratch, 'not/made/yet') } }, { org: null })).toBeUndefined();
  });
});
