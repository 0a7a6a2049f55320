import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { status } from '../../src/app/operations/status.ts';
import { once } from './plans.ts';
import { eventually } from './processes.ts';
import { inWorld } from './real-world.ts';

/** coo.yaml, spoilt under a manager, is refused with this code where people look; work goes on, and it is taken when it is mended. */
export async function refusedUntilMended(code: string, spoil: (path: string) => unknown): Promise<void> {
  await inWorld({}, async (world) => {
    const path = join(world.folder, '_plans/coo.yaml');
    const good = readFileSync(path, 'utf8');
    rmSync(path);
    spoil(path);
    const manager = world.manager('stopped');
    const said = await eventually(() => manager.output(), () => manager.said('org.rejected')[0]);
    expect(said).toMatchObject({ level: 'error', fields: { code }, message: expect.stringMatching(/^_plans\/coo\.yaml:1: .*; the organisation stays as it was\n {2}fix: \S/) });
    world.plan({ plan_id: 'p', steps: [once('s', 'true')] });
    await world.untilStep('p/s', 'done');
    expect((await status(await world.session())).refused).toMatchObject([{ path: '_plans/coo.yaml', faults: [{ code }] }]);
    expect(manager.said('org.rejected')).toHaveLength(1);
    rmSync(path, { recursive: true });
    writeFileSync(path, good.replace('"me"', '"we"'));
    await world.until('the new seats', (session) => session.state.seats.has('we-1'));
    await eventually(() => 'the reason gone', () => !existsSync(join(world.folder, '_bus/rejected/coo.yaml.json')) || undefined);
    expect((await status(await world.session())).refused).toEqual([]);
    expect(await manager.drain()).toBe(0);
  });
}
