// Commands that misbehave: each ends with the right result and a receipt, and leaves no process behind (closing the world fails otherwise).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inbox } from '../../src/app/operations/inbox.ts';
import { history } from '../../src/app/operations/log.ts';
import { cancel, override, retry } from '../../src/app/operations/manage.ts';
import { listReceipts, showReceipt } from '../../src/app/operations/receipts.ts';
import { status } from '../../src/app/operations/status.ts';
import type { Run } from '../../src/format/run.ts';
import { once } from '../support/plans.ts';
import { processesAbout } from '../support/processes.ts';
import { inWorld, stepOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

async function receiptsOf(world: RealWorld, plan_id: string): Promise<readonly Run[]> {
  const session = await world.fresh();
  const lines = await listReceipts(session, { plan_id });
  return Promise.all(lines.map(async ({ order_id }) => (await showReceipt(session, order_id)).run));
}

it.concurrent('wall time, a daemon, a workspace deleted, too much output, a parent killed: each ends, says how, and leaves nothing', async () => {
  await inWorld({ limits: { log_bytes: 65_536, losses: 2, workers: 4 } }, async (world) => {
    world.plan({ plan_id: 'slow', steps: [once('s', 'trap "" TERM; sleep 600 & sleep 600', { budget: { wall: 700 } })] });
    world.plan({ plan_id: 'daemon', steps: [once('s', `setsid sh -c 'echo $$ > "${world.out('daemon')}"; exec sleep 600' < /dev/null > /dev/null 2>&1 & while [ ! -s '${world.out('daemon')}' ]; do sleep 0.05; done; echo x > x.txt`, { outputs: ['x.txt'] })] });
    world.plan({ plan_id: 'gone', steps: [once('s', 'rm -rf "$PWD"')] });
    world.plan({ plan_id: 'git-gone', steps: [once('s', 'rm -rf .git')] });
    world.plan({ plan_id: 'loud', steps: [once('s', 'head -c 100000000 /dev/zero | tr "\\0" x; echo; echo the end')] });
    world.plan({ plan_id: 'killer', steps: [once('s', 'kill -9 $PPID; sleep 600')] });
    expect(await world.run()).toBe(1);
    const { state } = await world.fresh();
    const statuses = [...state.plans.values()].map((plan) => `${plan.plan.plan_id} ${plan.steps.get('s')?.status ?? ''} ${plan.steps.get('s')?.findings[0]?.code ?? ''}`);
    expect(statuses.sort()).toEqual(['daemon done ', 'git-gone failed WORKSPACE_BROKEN', 'gone failed WORKSPACE_BROKEN', 'killer blocked ', 'loud done ', 'slow failed TIMED_OUT']);
    expect(state.plans.get('slow')?.steps.get('s')?.findings[0]?.message).toMatch(/ timed out after \d+ s \(budget\.wall of the step\)/);
    expect((await receiptsOf(world, 'slow')).map(({ result }) => result)).toEqual(['timed_out']);
    expect((await receiptsOf(world, 'killer')).map(({ result }) => result)).toEqual(['lost', 'lost']);
    const [loud] = await receiptsOf(world, 'loud');
    const [record] = loud?.commands ?? [];
    expect(record).toMatchObject({ exit: 0, log: { bytes: 100_000_009 } });
    expect(record?.log.kept).toBeLessThanOrEqual(65_536);
    expect(processesAbout(world.scratch).filter((pid) => String(pid) === readFileSync(world.out('daemon'), 'utf8').trim())).toEqual([]);
  });
});

it.concurrent('one that never ends, and its plan is cancelled: it is stopped, its tree with it, and what it started is gone', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'endless', steps: [once('s', `(while :; do sleep 1; done) & echo up > '${world.out('up')}'; while :; do sleep 1; done`)] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('up'));
    expect(await cancel(await world.another(), 'endless', { by: 'op', reason: 'enough' })).toMatchObject({ ok: true });
    await world.until('the worker is seen dead', (session) => stepOf(session, 'endless/s')?.stopping === null && session.state.workers === 0);
    expect(await manager.drain()).toBe(0);
    expect(await world.steps('endless')).toBe('s cancelled');
    expect((await world.eventsOf('worker.stopped')).map(({ survivors }) => survivors)).toEqual([0]);
    expect(await world.leftovers()).toEqual([]);
  });
});

it.concurrent('a result whose fence is over by the time it is seen: refused, recorded, kept aside, its work under a rescue ref', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', `echo $COO_FENCE > x.txt; [ $COO_FENCE = 2 ] || while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done`, { outputs: ['x.txt'] })] });
    const first = world.manager('stopped');
    await world.untilStep('p/s', 'running');
    await first.kill();
    expect(await override(await world.another(), 'p/s', 'blocked', { by: 'op', reason: 'somebody else does it' })).toMatchObject({ ok: true });
    writeFileSync(world.out('go'), '');
    await world.untilFile(join(world.repo.gitDir, 'coo/results/p.s.1.json'));
    expect(await world.run()).toBe(1);
    const late = { step: 'p/s', fence: 1, kept: 'refs/coo/rescue/p.s.1' };
    expect((await status(await world.fresh())).late).toMatchObject([late]);
    const waits = async (): Promise<readonly string[]> => (await inbox(await world.fresh(), { kind: 'anybody' }, 9)).waiting.map(({ step_id, code, next }) => `${String(step_id)} ${code} ${next}`);
    expect((await waits()).at(-1)).toBe('s RESULT_LATE git show refs/coo/rescue/p.s.1; coo explain p/s');
    expect(await retry(await world.another(), 'p/s', { by: 'op', reason: 'no, do it' })).toMatchObject({ ok: true });
    expect(await world.run()).toBe(0);
    expect([(await status(await world.fresh())).late, await waits()]).toEqual([[], []]);
    expect(await world.eventsOf('late.refused')).toMatchObject([{ plan_id: 'p', step_id: 's', fence: 1 }]);
    expect(JSON.parse(readFileSync(join(world.repo.gitDir, 'coo/late/p.s.1.json'), 'utf8'))).toMatchObject({ order_id: 'p.s.1', result: 'passed' });
    expect(world.repo.git('show', 'refs/coo/rescue/p.s.1:x.txt')).toBe('1');
    expect(world.repo.git('show', 'main:x.txt')).toBe('2');
    expect((await world.eventsOf('run.accepted')).map(({ fence }) => fence)).toEqual([2]);
    const told = async (): Promise<string | undefined> => (await history(await world.fresh(), { plan_id: 'p', limit: 50 })).find(({ type }) => type === 'late.refused')?.text;
    expect(await told()).toBe('p/s  fence 1 is over: what it sent (result passed) came too late and is kept aside; its work is kept: refs/coo/rescue/p.s.1');
    world.repo.git('update-ref', '-d', 'refs/coo/rescue/p.s.1');
    expect(await told()).toMatch(/ is kept aside(?:; what it left is in \S+\/p\.s\.1: coo gc rescues it)?$/);
  });
});
