// One publish with one plan branch, and git going wrong at each of its calls.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { once } from '../support/plans.ts';
import { fixture } from '../support/programs.ts';
import { linesOf, inWorld, outputOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { gitFailingAtStart, gitSplittingRefs } from '../support/split-git.ts';
import type { WrongGit } from '../support/split-git.ts';

const PUBLISHER = fixture('app-publisher');

/** Publishes a plan in a process of its own with the given git; what it acknowledged. */
async function publish(world: RealWorld, plan_id: string, git: WrongGit, draft = false): Promise<readonly unknown[]> {
  world.plan({ plan_id, draft, steps: [once('a', `echo $COO_ORDER >> '${world.out(plan_id)}'`)] });
  const child = world.start([PUBLISHER, world.folder, plan_id], { PATH: git.searchPath });
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  return linesOf(outputOf(child)).map(({ code }) => code);
}

/** The ledger is whole, what was acknowledged is in it, and the next command works. */
async function goesOn(world: RealWorld, plan_id: string, said: readonly unknown[]): Promise<void> {
  expect(existsSync(join(world.repo.gitDir, 'coo/halted.json'))).toBe(false);
  const session = await world.fresh();
  expect((await verify(world.world)).findings).toEqual([]);
  const there = session.state.plans.has(plan_id);
  if (said.includes('acknowledged')) expect(there).toBe(true);
  const again = await startPlan(await world.another(), plan_id, 'test');
  expect(again).toMatchObject(there ? { ok: false, rejection: { code: 'UNCHANGED' } } : { ok: true });
}

it.concurrent.each([
  ['fails', 'exit 1'],
  ['is killed', 'kill -9 $$'],
  ['is killed, and its parent with it', 'kill -9 $PPID $$'],
] as const)('each start of git in turn %s: nothing acknowledged is missing, and the next command works', async (what, instead) => {
  await inWorld({}, async (world) => {
    for (let nth = 1, starts = 1; nth <= starts; nth++) {
      const plan_id = `p${String(nth)}`;
      const git = gitFailingAtStart(join(world.scratch, `git-${String(nth)}`), nth, instead);
      const said = await publish(world, plan_id, git);
      starts = Math.max(starts, readdirSync(join(git.folder, 'starts')).length);
      expect(said.length, `${what} at start ${String(nth)}`).toBe(what.includes('parent') && said.length === 0 ? 0 : 1);
      await goesOn(world, plan_id, said);
    }
    expect(await world.run()).toBe(0);
    const session = await world.fresh();
    for (const plan of session.state.plans.values()) expect(world.lines(plan.plan.plan_id)).toHaveLength(1);
  });
});

it.concurrent.each([1, 2])('git dies after %i of three refs moved: the command finishes it', async (moved) => {
  await inWorld({}, async (world) => {
    const said = await publish(world, 'split', gitSplittingRefs(join(world.scratch, 'git'), moved, false));
    expect(said).toEqual(['acknowledged']);
    await goesOn(world, 'split', said);
    expect(world.repo.git('rev-parse', 'coo/split')).toBe(world.repo.git('rev-parse', 'main'));
  });
});

it.concurrent.each([1, 2])('git and the command die after %i of three refs moved: the next manager finishes it', async (moved) => {
  await inWorld({}, async (world) => {
    const said = await publish(world, 'split', gitSplittingRefs(join(world.scratch, 'git'), moved, true));
    expect(said).toEqual([]);
    await goesOn(world, 'split', said);
    expect(await world.run()).toBe(0);
    expect(await world.steps('split')).toBe('a done');
    expect(world.lines('split')).toEqual(['split.a.1']);
    expect(world.repo.git('rev-parse', 'coo/ledger')).toBe(world.repo.git('rev-parse', 'refs/coo/seen'));
  });
});

it.concurrent('a command that dies after the ledger moved and before the branch of its plan did: a manager that lives mends it', async () => {
  await inWorld({}, async (world) => {
    const manager = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch !== null);
    // A draft is left alone by the manager, so that the command is the one that brings it in.
    expect(await publish(world, 'split', gitSplittingRefs(join(world.scratch, 'git'), 1, true), true)).toEqual([]);
    await world.untilPlan('split', (plan) => plan.integration.kind === 'done');
    expect(await manager.drain()).toBe(0);
    expect(world.lines('split')).toEqual(['split.a.1']);
  });
});

it.concurrent('the git of a manager dies in the middle of an acceptance: it goes on, and the step is merged once', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'one', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] })] });
    expect(await startPlan(world.world, 'one', 'test')).toMatchObject({ ok: true });
    for (const moved of [1, 2]) {
      const plan_id = `m${String(moved)}`;
      world.plan({ plan_id, steps: [once('a', `echo ${plan_id} > ${plan_id}.txt; : > '${join(world.scratch, plan_id, 'armed')}'`, { outputs: [`${plan_id}.txt`] })] });
      expect(await startPlan(world.world, plan_id, 'test')).toMatchObject({ ok: true });
      const git = gitSplittingRefs(join(world.scratch, plan_id), moved, false);
      const manager = world.manager('idle', { PATH: git.searchPath });
      expect(await manager.ended, manager.output()).toBe(0);
      expect(world.tree('main')).toContain(`${plan_id}.txt`);
    }
    expect((await world.eventsOf('run.accepted')).map(({ plan_id }) => plan_id)).toHaveLength(3);
    expect((await verify(world.world)).findings).toEqual([]);
  });
});

it.concurrent.each([1, 2])('manager and git die after %i of three refs of an integration moved: the target gets there, its worktree with it', async (moved) => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'one', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] })] });
    const git = gitSplittingRefs(join(world.scratch, 'git'), moved, true, 'refs/heads/main');
    const manager = world.manager('idle', { PATH: git.searchPath });
    await manager.ended;
    expect(manager.said('end')).toEqual([]);
    expect(await world.untilPlan('one', (plan) => plan.integration.kind === 'done')).toBeDefined();
    // A command in between must not hide what is still owed.
    expect((await byHand(await world.another(), { type: 'note', by: 'test', text: 'in between', at_ms: 1 })).ok).toBe(true);
    expect(await world.run()).toBe(0);
    expect(world.tree('main')).toContain('a.txt');
    expect(readFileSync(join(world.folder, 'a.txt'), 'utf8')).toBe('a\n');
    expect(world.repo.git('status', '--porcelain', '--untracked-files=no')).toBe('');
  });
});

it.concurrent('a target that a person put back after the merge stays where it was put', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'one', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] })] });
    expect(await world.run()).toBe(0);
    world.repo.git('reset', '-q', '--hard', 'main~1');
    expect(await world.run()).toBe(0);
    expect(world.tree('main')).not.toContain('a.txt');
  });
});
