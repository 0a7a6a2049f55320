// A worker that was started ahead of its order: it is nobody's until it is given one, and then its own.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { once } from '../support/plans.ts';
import { signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import { spareOf, untilGone } from '../support/spare-workers.ts';

const LINUX = process.platform === 'linux';

it.skipIf(!LINUX).concurrent('leaves when its manager is killed, and has touched nothing', async () => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    const spare = await spareOf(world);
    const environ = readFileSync(`/proc/${String(spare)}/environ`, 'latin1').split('\0').map((entry) => entry.split('=')[0]);
    expect(new Set(environ)).toEqual(new Set(['', 'HOME', 'LANG', 'PATH', 'XDG_STATE_HOME']));
    await manager.kill();
    await untilGone(spare);
    expect(readdirSync(join(world.repo.gitDir, 'coo/start'))).toEqual([]);
  });
});

it.skipIf(!LINUX).concurrent.each(['lives', 'dies'] as const)('a manager killed right after it gave an order to a spare that %s: the step is done once, under the same fence', async (fate) => {
  await inWorld({}, async (world) => {
    const first = world.manager('stopped');
    const spare = await spareOf(world);
    // It is given its order and cannot take it yet.
    signal(spare, 'SIGSTOP');
    world.plan({ plan_id: 'p', steps: [once('s', `echo $COO_ORDER >> '${world.out('ran')}'; echo x > x.txt`, { outputs: ['x.txt'] })] });
    // The next is started when this one was given.
    const next = await spareOf(world, [spare]);
    await first.kill();
    await untilGone(next);
    if (fate === 'dies') signal(spare, 'SIGKILL');
    else signal(spare, 'SIGCONT');
    expect(await world.run()).toBe(0);
    await untilGone(spare);
    expect(world.lines('ran')).toEqual(['p.s.1']);
    if (fate === 'lives') expect(world.worker('p.s.1')).toBe(spare);
  });
});
