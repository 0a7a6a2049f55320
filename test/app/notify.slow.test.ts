// Programs of `notify`: run with a line of JSON after what they are told was published, at least once, killed when they hang. The quick suite's share is `notify.test.ts`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { collected } from '../support/collected.ts';
import { managedHere } from '../support/manager-here.ts';
import { mark, TELL, told } from '../support/notified.ts';
import { isAlive } from '../support/processes.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

it('one that hangs is killed after ten seconds and holds up nobody; that is said once, and by the doctor until it takes one', async () => {
  await inWorld({ notify: [['sh', '-c', 'sleep 600 & exec sleep 600'], [...TELL, 'out']] }, async (world) => {
    const walls: (number | undefined)[] = [];
    await managedHere(
      world,
      {
        change: ({ processes }) => ({
          processes: Object.assign(Object.create(processes) as typeof processes, {
            run: (spawn: Parameters<typeof processes.run>[0]) => {
              if (!spawn.marker.startsWith('COO_RUN=notice.')) return processes.run(spawn);
              walls.push(spawn.wallMs);
              return processes.run({ ...spawn, wallMs: 500 });
            },
          }),
        }),
      },
      async (said) => {
        world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
        world.plan({ plan_id: 'q', steps: [once('a', 'echo b > b.txt')] });
        await world.untilStep('q/a', 'done');
        await world.until('both are told', () => readMark(world) !== undefined && told(world).length === 2);
        await world.until('the mark is written', () => (readMark(world)?.failed.length ?? 0) === 1);
        expect(said('notice.failed')).toMatchObject([{ level: 'warn', message: expect.stringMatching(/^sh of notify: it did not end in 10 s, and was killed\n {2}fix: coo notify/) as string }]);
      },
    );
    expect(new Set(walls)).toEqual(new Set([10_000]));
    expect(readMark(world)?.failed).toMatchObject([{ program: 'sh', why: 'it did not end in 10 s, and was killed' }]);
  });
});

it('one that hangs when its manager is killed is ended by the next, which tells it again', async () => {
  await inWorld({ notify: [['sh', '-c', '[ -e hung ] || { echo $$ > hung; exec sleep 600; }; cat >> out.lines']] }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    const first = world.manager('stopped');
    const hung = join(world.folder, '.git/coo/hung');
    await world.untilFile(hung);
    await first.kill();
    const pid = Number(readFileSync(hung, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    await world.run();
    expect(isAlive(pid)).toBe(false);
    expect(told(world).map(({ kind }) => kind)).toEqual(['plan_done']);
  });
});

it.each(['a manager that tells nobody', 'coo gc'])('where no other comes to tell it again, %s ends it; gc leaves alone what a living manager times', async (who) => {
  await inWorld({ notify: [['sh', '-c', 'echo $$ > hung; exec sleep 600']] }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    const first = world.manager('stopped');
    const hung = join(world.folder, '.git/coo/hung');
    await world.untilFile(hung);
    const pid = Number(readFileSync(hung, 'utf8'));
    await collected(world, 0, false);
    expect(isAlive(pid)).toBe(true);
    await first.kill();
    if (who === 'coo gc') await collected(world, 0, false);
    else {
      const org = JSON.parse(readFileSync(join(world.folder, '_plans/coo.yaml'), 'utf8')) as object;
      world.drop('_plans/coo.yaml', JSON.stringify({ ...org, notify: [] }));
      await world.manager('once').ended;
    }
    expect(isAlive(pid)).toBe(false);
  });
});

it('without programs nothing is kept, and who is named later hears of what comes then', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    await world.run();
    expect(readMark(world)).toBeUndefined();
    const org = JSON.parse(readFileSync(join(world.folder, '_plans/coo.yaml'), 'utf8')) as object;
    world.drop('_plans/coo.yaml', JSON.stringify({ ...org, notify: [[...TELL, 'out']] }));
    await world.run();
    world.plan({ plan_id: 'q', steps: [once('a', 'echo b > b.txt')] });
    await world.run();
    expect(told(world).map(({ plan_id }) => plan_id)).toEqual(['q']);
  });
});

function readMark(world: RealWorld): { readonly failed: readonly object[] } | undefined {
  try {
    return JSON.parse(readFileSync(mark(world), 'utf8')) as { readonly failed: readonly object[] };
  } catch {
    return undefined;
  }
}
