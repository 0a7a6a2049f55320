// Programs of `notify`: run with a line of JSON after what they are told was published, at least once, killed when they hang.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mark, TELL, told } from '../support/notified.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

it('a plan that ends is told with its place in the ledger; of the environment only what finds a program and a desktop', async () => {
  await inWorld({ notify: [[...TELL, 'out']], env: { DISPLAY: ':7', SECRET_TOKEN: 'xyzzy' } }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    await world.run();
    const [notice, ...more] = told(world);
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ schema: 'coo/notice.v1', kind: 'plan_done', plan_id: 'p', repository: world.folder, next: 'coo report p' });
    const [ledger, seq, index] = notice?.id.split('.') ?? [];
    const { entry } = await (await world.fresh()).entry(Number(seq));
    expect([ledger, entry.events[Number(index)]?.type]).toEqual([world.ledger, 'plan.integrated']);
    const names = readFileSync(join(world.folder, '.git/coo/out.env'), 'utf8').split('\n').flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).toSorted()).toEqual(['COO_RUN', 'COO_TREE', 'DISPLAY', 'HOME', 'LANG', 'PATH']);
  });
});

it('what was told is not told again; what a manager was killed before it sent, the next one sends', async () => {
  await inWorld({ notify: [[...TELL, 'out']] }, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'false')] });
    await world.run();
    expect(told(world).map(({ kind }) => kind)).toEqual(['plan_failed']);
    await world.run();
    expect(told(world)).toHaveLength(1);
    const sent = JSON.parse(readFileSync(mark(world), 'utf8')) as { readonly seq: number };
    // As a manager leaves it that was killed between its publish and the first program.
    writeFileSync(mark(world), JSON.stringify({ ...sent, seq: sent.seq - 1, index: 99, told: [] }));
    await world.run();
    expect(told(world).map(({ id }) => id)).toEqual([told(world)[0]?.id, told(world)[0]?.id]);
  });
});
