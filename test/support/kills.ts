import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { verify } from '../../src/app/verify/verify.ts';
import { violations } from '../../src/kernel/invariants.ts';
import { fakeRandom } from './fake-random.ts';
import { once } from './plans.ts';
import type { WrittenPlan } from './plans.ts';
import { signal } from './processes.ts';
import type { RealWorld } from './real-world.ts';

export type Victim = 'manager' | 'worker' | 'both';

const STEPS = ['a', 'b', 'c', 'd'];

/** Four steps, two at a time, that tell the outside when they ran and leave a line each in the repository. */
export function killedPlan(world: RealWorld, plan_id: string): WrittenPlan {
  const step = (id: string, after: readonly string[]): WrittenPlan['steps'][number] =>
    once(id, `echo $COO_ORDER >> '${world.out(plan_id)}'; sleep 0.2; echo ${id} >> ${plan_id}-${id}.txt`, { outputs: [`${plan_id}-${id}.txt`], depends_on: after, checks: { after: [`grep -qx ${id} ${plan_id}-${id}.txt`] } });
  return { plan_id, steps: [step('a', []), step('b', []), step('c', ['a', 'b']), step('d', ['c'])] };
}

/** Runs a plan under managers that are killed, or whose workers are, again and again; then once more to the end. Returns how many kills hit. */
export async function runUnderKills(world: RealWorld, plan_id: string, victims: readonly Victim[], seed: number): Promise<number> {
  const random = fakeRandom(seed);
  let hits = 0;
  world.plan(killedPlan(world, plan_id));
  for (const victim of victims) {
    const manager = world.manager('idle');
    const over = manager.ended.then(() => true as const);
    // Most of the life of a manager with this plan; a kill before its epoch or after its end is a kill too.
    const late = await Promise.race([over, pause(300 + random.unit() * 2_200)]);
    if (late === true) break;
    hits += 1;
    if (victim !== 'worker') await manager.kill();
    if (victim !== 'manager') for (const pid of world.liveWorkers()) signal(pid, 'SIGKILL');
    if (victim === 'worker') {
      await pause(random.unit() * 300);
      await manager.kill();
    }
  }
  expect(await world.run()).toBe(0);
  return hits;
}

/** The same end as without a kill: every step done once, no retry charged, its effect in the repository once, the ledger whole. */
export async function sameEnd(world: RealWorld, plan_id: string, workersDied: boolean): Promise<void> {
  const session = await world.fresh();
  const plan = session.state.plans.get(plan_id);
  const steps = [...(plan?.steps.values() ?? [])];
  expect(steps.map(({ step_id, status, failures }) => [step_id, status, failures])).toEqual(STEPS.map((id) => [id, 'done', 0]));
  expect(plan?.integration.kind).toBe('done');
  for (const id of STEPS) expect(world.repo.git('show', `main:${plan_id}-${id}.txt`)).toBe(id);
  const ran = world.lines(plan_id);
  expect(new Set(ran).size, 'one order was run twice').toBe(ran.length);
  if (!workersDied) expect([...ran].sort()).toEqual(STEPS.map((id) => `${plan_id}.${id}.1`));
  const accepted = (await world.eventsOf('run.accepted')).filter((event) => event.plan_id === plan_id);
  expect(accepted.map(({ step_id }) => step_id).sort()).toEqual(STEPS);
  expect(session.state.claims.size).toBe(0);
  expect(session.state.owed.size).toBe(0);
  expect(violations(session.state)).toEqual([]);
  expect((await verify(world.world)).findings).toEqual([]);
  expect(readFileSync(`${world.folder}/${plan_id}-d.txt`, 'utf8')).toBe('d\n');
  expect(world.repo.git('status', '--porcelain', '--untracked-files=no')).toBe('');
}

async function pause(ms: number): Promise<undefined> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  return undefined;
}
