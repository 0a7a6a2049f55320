// A worker that was started ahead of its order: it is nobody's until it is given one, and then its own.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cancel } from '../../src/app/operations/manage.ts';
import { once } from '../support/plans.ts';
import { eventually, isAlive, processesAbout, signal } from '../support/processes.ts';
import { WORKER } from '../support/programs.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const LINUX = process.platform === 'linux';

function argsOf(pid: number): readonly string[] {
  return isAlive(pid) ? readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').split('\0').slice(0, -1) : [];
}

/** Processes that were started as a worker of this world without an order. */
function unnamed(world: RealWorld): readonly number[] {
  return processesAbout(world.scratch).filter((pid) => {
    const [, program, ...rest] = argsOf(pid);
    return program === WORKER && rest.length === 1;
  });
}

/** Waits for one that is none of `known`. Whether it is ready or not: what it is given waits for it. */
async function spareOf(world: RealWorld, known: readonly number[] = []): Promise<number> {
  return eventually(
    () => 'a spare',
    () => unnamed(world).find((pid) => !known.includes(pid)),
  );
}

async function untilGone(...pids: readonly number[]): Promise<void> {
  await eventually(
    () => `the end of ${pids.join(', ')}`,
    () => pids.every((pid) => !isAlive(pid)) || undefined,
  );
}

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

it.skipIf(!LINUX).concurrent('gives its commands the environment that a worker of their own would; one that died is done without', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const told = (name: string): readonly string[] =>
      readFileSync(world.out(name), 'utf8')
        .split('\0')
        .filter((entry) => !entry.startsWith('COO_TOKEN=') && !entry.startsWith('_='))
        .map((entry) => entry.replaceAll(name, '<plan>'))
        .sort();
    const plan = (plan_id: string): Parameters<typeof world.plan>[0] => ({ plan_id, steps: [once('s', `env -0 > '${world.out(plan_id)}.part'; mv '${world.out(plan_id)}.part' '${world.out(plan_id)}'`)] });
    const more = { HOME: '/nowhere\nwith "quotes" and ü', NOT_ALLOWED: 'secret' };
    // The one that began with a plan had no time for a spare.
    world.plan(plan('own'));
    expect(await world.manager('idle', more).ended).toBe(0);
    const manager = world.manager('stopped', more);
    const spare = await spareOf(world);
    world.plan(plan('given'));
    await world.untilStep('given/s', 'done');
    expect(world.worker('given.s.1')).toBe(spare);
    expect(told('given')).toEqual(told('own'));
    expect(told('given').join('\n')).toContain('with "quotes" and ü');
    expect(told('given').join('\n')).not.toContain('secret');
    // One that died while it waited is no loss.
    const second = await spareOf(world, [spare]);
    signal(second, 'SIGKILL');
    world.plan(plan('again'));
    await world.untilStep('again/s', 'done');
    expect(world.worker('again.s.1')).not.toBe(second);
    expect(told('again')).toEqual(told('own'));
    await manager.drain();
    expect(unnamed(world)).toEqual([]);
  });
});

it.skipIf(!LINUX).concurrent('is stopped with all that it started, though it carries no mark itself', async () => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    const spare = await spareOf(world);
    const daemon = `setsid sh -c 'echo $$ > "${world.out('daemon')}"; trap "" TERM; while :; do sleep 0.1; done' & `;
    world.plan({ plan_id: 'p', steps: [once('s', `${daemon} echo $$ > '${world.out('shell')}'; exec sleep 600`)] });
    await world.untilFile(world.out('shell'));
    await world.untilFile(world.out('daemon'));
    await world.untilStep('p/s', 'running');
    expect(world.worker('p.s.1')).toBe(spare);
    signal(spare, 'SIGSTOP');
    expect(await cancel(await world.another(), 'p', { by: 'op', reason: 'enough' })).toMatchObject({ ok: true });
    await world.until('it is stopped', ({ state }) => state.workers === 0);
    const started = await eventually(() => 'pids', () => (world.lines('daemon').length + world.lines('shell').length === 2 ? [...world.lines('daemon'), ...world.lines('shell')].map(Number) : undefined));
    await untilGone(spare, ...started);
    await manager.drain();
  });
});
