// coo.yaml as people leave it: changed between two commands, or no file that can be read. The last good organisation stays, and what is wrong is said.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claim } from '../../src/app/operations/claim.ts';
import { next } from '../../src/app/operations/next.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { refusedUntilMended } from '../support/odd-organisation.ts';
import { byHand, once, planText } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

interface WrittenOrg {
  seats: { seat: string; roles: readonly string[]; harness: string }[];
}

/** Writes a seat for a thinker into coo.yaml. */
function addSeat(world: RealWorld, seat: string): void {
  const org = JSON.parse(readFileSync(join(world.folder, '_plans/coo.yaml'), 'utf8')) as WrittenOrg;
  org.seats.push({ seat, roles: ['thinker', 'sage'], harness: 'person' });
  world.drop('_plans/coo.yaml', JSON.stringify(org, null, 2));
}

it.concurrent('a seat written into coo.yaml can claim, and a plan for its role start, without a manager; once in the ledger', async () => {
  await inWorld({}, async (world) => {
    addSeat(world, 'new');
    world.drop('_plans/p.plan.json', planText({ plan_id: 'p', steps: [byHand('s', { role: 'sage' }), byHand('t'), byHand('u')] }));
    expect(await startPlan(await world.another(), 'p', 'tester')).toMatchObject({ ok: true });
    addSeat(world, 'newer');
    const ask = { plan_id: 'p', step_id: 's', nonce: 'n' };
    expect(await claim(await world.another(), { ...ask, seat: 'newer' })).toMatchObject({ ok: true, claimed: { seat: 'newer', fence: 1 } });
    expect(await claim(await world.another(), { ...ask, step_id: 't', seat: 'new' })).toMatchObject({ ok: true });
    expect(await world.eventsOf('org.set')).toHaveLength(3);
    addSeat(world, 'newest');
    expect(await next(await world.another(), { seat: 'newest', nonce: 'n' })).toMatchObject({ ok: true, claimed: { step_id: 'u' } });
  });
});

it.concurrent('a manager that was told of the organisation by a command reads the plans again that it had refused', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'q', steps: [byHand('s')] });
    const manager = world.manager('stopped');
    await world.untilStep('q/s', 'ready');
    world.drop('_plans/p.plan.json', planText({ plan_id: 'p', steps: [byHand('s', { seat: 'new' })] }));
    await world.untilRejected('p.plan');
    addSeat(world, 'new');
    expect(await claim(await world.another(), { plan_id: 'q', step_id: 's', seat: 'new', nonce: 'n' })).toMatchObject({ ok: true });
    await world.untilStep('p/s', 'ready');
    expect(await manager.drain()).toBe(0);
  });
});

it.concurrent('a linked worktree may have another coo.yaml: a claim from there does not bring it in', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    expect(await world.run()).toBe(4);
    const linked = join(world.scratch, 'linked');
    world.repo.git('worktree', 'add', '-q', '--detach', linked, 'main');
    mkdirSync(join(linked, '_plans'));
    const text = readFileSync(join(world.folder, '_plans/coo.yaml'), 'utf8');
    writeFileSync(join(linked, '_plans/coo.yaml'), text.replace('"me"', '"other"'));
    expect(await claim(await world.another(linked), { plan_id: 'p', step_id: 's', seat: 'other-1', nonce: 'n' })).toMatchObject({ ok: false, rejection: { code: 'SEAT_UNKNOWN' } });
    expect(await claim(await world.another(linked), { plan_id: 'p', step_id: 's', seat: 'me-1', nonce: 'n' })).toMatchObject({ ok: true });
  });
});

it.concurrent('an unknown seat, and a coo.yaml that is not valid: the claim says both', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('s')] });
    expect(await world.run()).toBe(4);
    world.drop('_plans/coo.yaml', 'version: 1\nseats: 3\n');
    const refused = await claim(await world.another(), { plan_id: 'p', step_id: 's', seat: 'new', nonce: 'n' });
    expect(refused).toMatchObject({ ok: false, rejection: { code: 'SEAT_UNKNOWN', message: expect.stringMatching(/_plans\/coo\.yaml, which may name it, is not valid: .* \(line 2\)/) } });
    expect(await claim(await world.another(), { plan_id: 'p', step_id: 's', seat: 'me-1', nonce: 'n' })).toMatchObject({ ok: true });
  });
});

it.concurrent.each([
  ['a FIFO', 'FILE_NOT_REGULAR', (path: string) => spawnSync('mkfifo', [path])],
  ['not UTF-8', 'TEXT_NOT_UTF8', (path: string) => writeFileSync(path, Buffer.from([0x76, 0xff, 0xfe, 0x0a]))],
] as const)('coo.yaml is %s: refused with %s where people look, work goes on, and it is taken when it is mended', async (_name, code, spoil) => refusedUntilMended(code, spoil));

it.concurrent('an order stays what it was when the organisation changes under a worker: it is judged by it, and its receipt repeats it', async () => {
  await inWorld({ seats: 1 }, async (world) => {
    const waits = `echo x > '${world.out('began')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done`;
    world.plan({ plan_id: 'p', steps: [once('good', `${waits}; echo x > x.txt`), once('bad', 'exit 3', { depends_on: ['good'], retry: { max: 0 } })] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('began'));
    const org = JSON.parse(readFileSync(join(world.folder, '_plans/coo.yaml'), 'utf8')) as Record<string, unknown>;
    world.drop('_plans/coo.yaml', JSON.stringify({ ...org, checks: { after: ['test ! -e x.txt'] }, env: ['PATH', 'HOME', 'LANG', 'EDITOR'] }));
    await world.until('the new organisation', ({ state }) => state.org?.checks.after.length === 1);
    writeFileSync(world.out('go'), '');
    await world.untilStep('p/good', 'done');
    await world.untilStep('p/bad', 'failed');
    expect(await manager.drain()).toBe(0);
    const shown = (path: string): Record<string, unknown> => JSON.parse(world.repo.git('show', `coo/ledger:${path}`)) as Record<string, unknown>;
    const receipts = world.repo.git('ls-tree', '-r', '--name-only', 'coo/ledger', '_report/agent').split('\n').filter((path) => path.includes('/runs/'));
    for (const step of ['good', 'bad']) expect(shown(receipts.find((path) => path.endsWith(`-p.${step}.1.json`)) ?? '')['order']).toEqual(shown(`_bus/orders/p/${step}.1.json`));
  });
});
