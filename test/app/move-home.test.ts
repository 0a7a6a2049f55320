// The ledger goes on in another clone: at most one can append at any moment, whatever dies on the way.
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { init } from '../../src/app/operations/init.ts';
import { rehome } from '../../src/app/operations/rehome.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { step } from '../../src/app/step.ts';
import { cloned, codeOf, ENTRY, findings, HANDOVER, killedInTheMiddle, move, NOTE, refusedIn } from '../support/moved-ledger.ts';
import { byHand as heldStep, once } from '../support/plans.ts';
import { fixture } from '../support/programs.ts';
import { inWorld } from '../support/real-world.ts';

const MANAGER = fixture('app-manager');
it.concurrent('a ledger moves with its branches and everything under refs/coo; work goes on there, and the clone it left reads, verifies and names the home', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'echo x > x.txt', { outputs: ['x.txt'] }), heldStep('t', { depends_on: ['s'] })] });
    expect(await world.run()).toBe(4);
    const folder = cloned(world);
    world.message('late', NOTE);
    const held = await LedgerSession.open(await world.another(), 'all');
    const done = await move(world, world.folder, folder);
    expect(done).toMatchObject({ ok: true, moved: { schema: 'coo/ledger-moved.v1', from: world.folder, to: folder, left: [{ what: 'inbox', count: 1 }], notes: ['_plans/coo.yaml was missing there and is made from the ledger'] } });
    const refs = (at: string): string => world.repo.git('-C', at, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/coo', 'refs/heads/coo');
    expect(refs(folder)).toBe(refs(world.folder));
    expect(refs(folder)).toContain('refs/heads/coo/p ');
    expect(await codeOf(byHand(await world.another(), NOTE))).toBe('HOME_MOVED');
    // One that had looked before the move.
    expect(await codeOf(step(held, () => [{ input: NOTE }], { writer: 'test', withinMs: 1_000 }))).toBe('HOME_MOVED');
    expect(await codeOf(rehome(await world.another(), { init: { operator: operatorRepo(world.folder, world.repo.gitDir), assets: new Map() }, by: 'op', reason: 'x' }))).toBe('HOME_LIVES');
    expect((await init(await world.another(), { operator: operatorRepo(world.folder, world.repo.gitDir), assets: new Map() })).notes).toEqual([expect.stringContaining('not the home')]);
    const there = await world.another(folder);
    expect(await startPlan(there, 'q', 'test').catch(() => 'no such plan')).toBe('no such plan');
    writeFileSync(join(folder, '_plans/q.plan.json'), JSON.stringify({ plan_id: 'q', title: 'q', steps: [{ step_id: 'a', objective: 'a', commands: ['echo y > y.txt'], outputs: ['y.txt'] }] }));
    const manager = world.start([MANAGER, folder, 'idle']);
    expect(await new Promise((resolve) => manager.once('close', resolve))).toBe(4);
    expect(world.repo.git('-C', folder, 'show', 'main:y.txt')).toBe('y');
    for (const at of [world.folder, folder]) expect(await findings(world, at)).toEqual([]);
    const copy = join(world.scratch, 'copy');
    cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
    expect(await refusedIn(world, copy)).toBe('HOME_COPIED');
  });
});

it.concurrent.each([
  ['the move itself', ENTRY, 1],
  ['the handover', HANDOVER, 2],
])('SIGKILL in the middle of the refs of %s (%s, %i moved): at most one clone can append, and the command again finishes it', async (_what, match, moved) => killedInTheMiddle(match, moved));
