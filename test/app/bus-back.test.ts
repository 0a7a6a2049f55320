import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { orderPath } from '../../src/format/order.ts';
import { managedHere } from '../support/manager-here.ts';
import { byHand } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';

it('the bus that somebody took away from a manager at rest is made again, with the views of what is held', async () => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    world.plan({ plan_id: 'p', steps: [byHand('a')] });
    await world.untilStep('p/a', 'ready');
    world.drop('_bus/claims/p.a.json', JSON.stringify({ plan_id: 'p', step_id: 'a', seat: 'me-1', nonce: 'nonce-of-me-1' }));
    await world.untilStep('p/a', 'claimed');
    const view = join(world.folder, '_bus/claims/p.a.json');
    await eventually(() => 'the view', () => readFileSync(view, 'utf8').includes('"fence"') || undefined);
    rmSync(join(world.folder, '_bus'), { recursive: true, maxRetries: 5 });
    await eventually(() => 'the bus again', () => (existsSync(join(world.folder, '_bus/in')) && existsSync(view)) || undefined);
    expect(JSON.parse(readFileSync(view, 'utf8'))).toMatchObject({ fence: 1, seat: 'me-1' });
    await manager.drain();
  });
});

it.concurrent('_bus removed, or the orders alone: the page and the orders of live claims are back', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    await managedHere(world, { speed: 20 }, async () => {
      await world.untilStep('p/s', 'ready');
      world.ask('p', 's', 'me-1');
      const { fence } = await world.untilClaim('p/s');
      const [page, shown] = [join(world.folder, '_bus/README.md'), join(world.folder, orderPath('p', 's', fence))];
      await world.untilFile(shown);
      const text = readFileSync(shown, 'utf8');
      for (const gone of ['_bus/orders', '_bus']) {
        rmSync(join(world.folder, gone), { recursive: true, maxRetries: 5 });
        await eventually(() => `the page and the order after ${gone}`, () => (textOf(shown) === text && textOf(page) === 'the page\n') || undefined);
      }
    });
  });
});

/** Undefined where there is no such file. */
function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
