import { expect } from 'vitest';
import { fakeRandom } from './fake-random.ts';
import { killedPlan } from './kills.ts';
import { signal } from './processes.ts';
import type { ManagerProcess, RealWorld } from './real-world.ts';

/** A manager whose epoch has begun. */
async function begun(world: RealWorld, epoch: number): Promise<ManagerProcess> {
  const manager = world.manager('idle', { APP_TAKEOVER: 'yes' });
  await world.until(`epoch ${String(epoch)}`, (session) => session.state.epoch?.number === epoch);
  return manager;
}

/**
 * Runs a plan under managers that are stopped at some moment, replaced, and woken at another moment of the next one's life.
 * Each one woken must find itself replaced. Returns how many epochs there were.
 */
export async function runUnderStops(world: RealWorld, plan_id: string, stops: number, seed: number): Promise<number> {
  const random = fakeRandom(seed);
  world.plan(killedPlan(world, plan_id));
  let manager = await begun(world, 1);
  for (let epoch = 2; epoch < stops + 2; epoch += 1) {
    const over = manager.ended.then(() => true as const);
    if ((await Promise.race([over, pause(random.unit() * 2_000)])) === true) break;
    signal(manager.pid, 'SIGSTOP');
    const next = await begun(world, epoch);
    await pause(random.unit() * 1_500);
    signal(manager.pid, 'SIGCONT');
    const left = (await world.eventsOf('epoch.ended')).some((event) => event.epoch === epoch - 1);
    // One that had left already when it was stopped was not replaced.
    expect(await manager.ended, manager.output()).toBe(left ? 0 : 75);
    expect(manager.said('failed')).toMatchObject(left ? [] : [{ failure: 'EPOCH_OLD' }]);
    manager = next;
  }
  expect(await manager.ended, manager.output()).toBe(0);
  return (await world.fresh()).state.epoch?.number ?? 0;
}

async function pause(ms: number): Promise<undefined> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  return undefined;
}
