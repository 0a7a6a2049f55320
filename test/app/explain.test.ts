// What explain says about the manager's own work depends on whether a manager lives.
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { explain } from '../../src/app/operations/explain.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

it('a step that is checked: the manager is named while it lives, and to be started when it is gone', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt', { checks: { after: [`while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done`] } })] });
    const manager = world.manager('stopped');
    await world.untilStep('p/a', 'checking');
    const next = async (): Promise<readonly string[]> => (await explain(await world.session(), 'p/a')).blockers.map(({ code, next: way }) => `${code} ${way}`);
    expect(await next()).toEqual([expect.stringMatching(/^CHECKING nothing to do: the manager \(process \d+\) is at work$/)]);
    await manager.kill();
    expect(await next()).toEqual(['MANAGER_DEAD coo run', 'CHECKING coo run']);
    writeFileSync(world.out('go'), '');
  });
});
