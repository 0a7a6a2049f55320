// Rolled back beside a living manager, under a worktree that has the branch, and to before the branch was born.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { skip } from '../../src/app/operations/manage.ts';
import { rollBack } from '../../src/app/operations/rollback.ts';
import type { RolledBack } from '../../src/app/operations/rollback.ts';
import { takeSnapshot } from '../../src/app/operations/snapshot.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import { byHand, once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const WHO = { by: 'op', reason: 'wrong way' };

async function back(world: RealWorld): Promise<RolledBack> {
  const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, ['false']);
  try {
    return await rollBack(whole, 'base', WHO, false);
  } finally {
    await whole.work.close();
    await whole.git.close();
  }
}

/** `a` is merged before the snapshot, `c` after it; `d` keeps the plan from its target. */
async function atSnapshot(world: RealWorld): Promise<void> {
  world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt'), byHand('b', { depends_on: ['a'] }), once('c', 'echo c > c.txt', { depends_on: ['b'] }), byHand('d')] });
}

it('a living manager goes on from there', async () => {
  await inWorld({}, async (world) => {
    await atSnapshot(world);
    const manager = world.manager('stopped');
    await world.untilStep('p/a', 'done');
    await takeSnapshot(await world.another(), 'base', WHO);
    await skip(await world.another(), 'p/b', WHO);
    await world.untilStep('p/c', 'done');
    expect((await back(world)).plans).toMatchObject([{ plan_id: 'p', reopened: ['b', 'c'] }]);
    expect(await world.steps('p')).toBe('a done, b ready, c waiting, d ready');
    await skip(await world.another(), 'p/b', WHO);
    expect((await world.untilStep('p/c', 'done')).fence).toBe(2);
    await skip(await world.another(), 'p/d', WHO);
    await world.untilPlan('p', ({ integration }) => integration.kind === 'done');
    await manager.drain();
    expect(world.tree('main')).toEqual(expect.arrayContaining(['a.txt', 'c.txt']));
    expect((await verify(world.world)).findings).toEqual([]);
  });
});

it('a worktree that has the branch follows it; one with work of its own stands in the way, and nothing is done', async () => {
  await inWorld({}, async (world) => {
    await atSnapshot(world);
    await world.run();
    await takeSnapshot(world.world, 'base', WHO);
    await skip(world.world, 'p/b', WHO);
    await world.run();
    const beside = join(world.scratch, 'beside');
    world.repo.git('worktree', 'add', '-q', beside, 'coo/p');
    writeFileSync(join(beside, 'c.txt'), 'mine\n');
    const refs = world.repo.git('show-ref');
    const tip = world.repo.git('rev-parse', 'coo/p');
    world.repo.git('update-ref', 'refs/heads/coo/p', 'main');
    await expect(back(world)).rejects.toMatchObject({ code: 'BRANCH_MOVED', fix: expect.stringContaining(`git update-ref refs/heads/coo/p ${tip}`) as string });
    world.repo.git('update-ref', 'refs/heads/coo/p', tip);
    await expect(back(world)).rejects.toMatchObject({ code: 'WORKTREE_DIRTY' });
    expect(world.repo.git('show-ref')).toBe(refs);
    writeFileSync(join(beside, 'c.txt'), 'c\n');
    expect((await back(world)).left).toEqual([]);
    expect([existsSync(join(beside, 'a.txt')), existsSync(join(beside, 'c.txt'))]).toEqual([true, false]);
    expect(world.repo.git('-C', beside, 'status', '--porcelain')).toBe('');
  });
});

it('to before anything was there: the branch holds the receipts alone', async () => {
  await inWorld({ unborn: true }, async (world) => {
    world.plan({ plan_id: 'p', steps: [byHand('z'), once('a', 'echo a > a.txt', { depends_on: ['z'] }), byHand('d')] });
    await world.run();
    await takeSnapshot(world.world, 'base', WHO);
    await skip(world.world, 'p/z', WHO);
    await world.run();
    expect(world.tree('coo/p')).toEqual(['a.txt']);
    await back(world);
    expect([world.tree('coo/p'), world.repo.git('ls-tree', '-r', '--name-only', 'coo/p')]).toEqual([[], expect.stringMatching(/^_report\/agent\/dev-\d\/runs\//)]);
    await skip(world.world, 'p/z', WHO);
    await world.run();
    expect(world.tree('coo/p')).toEqual(['a.txt']);
    expect((await verify(world.world)).findings).toEqual([]);
  });
});
