// Agents that go by the commands of `_bus/README.md`.
import { join } from 'node:path';
import { byHand } from './plans.ts';
import { inWorld } from './real-world.ts';
import type { RealWorld } from './real-world.ts';

export const write = (id: string, more: object = {}): ReturnType<typeof byHand> => byHand(id, { role: 'writer', ...more });
/** Until the claim file is gone. */
export const UNTIL_GONE = 'while [ -e _bus/claims/$KEY.json ]; do sleep 0.1; done';

export async function withAgents(test: (world: RealWorld) => Promise<void>, ...steps: readonly ReturnType<typeof byHand>[]): Promise<void> {
  await inWorld({ agents: 2, seats: 1 }, async (world) => {
    world.plan({ plan_id: 'p', steps });
    const manager = world.manager('stopped');
    await world.untilFile(join(world.folder, `_bus/out/roles.writer/p.${steps[0]?.step_id ?? ''}.json`));
    await test(world);
    await manager.drain();
  });
}
