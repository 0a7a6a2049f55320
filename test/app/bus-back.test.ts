import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
    rmSync(join(world.folder, '_bus'), { recursive: true });
    await eventually(() => 'the bus again', () => (existsSync(join(world.folder, '_bus/in')) && existsSync(view)) || undefined);
    expect(JSON.parse(readFileSync(view, 'utf8'))).toMatchObject({ fence: 1, seat: 'me-1' });
    await manager.drain();
  });
});
