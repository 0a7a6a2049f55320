// The home is lost, or its folder was moved: the ledger goes on in this clone, if a person says so and no home is seen alive.
import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { rehome } from '../../src/app/operations/rehome.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { verify } from '../../src/app/verify/verify.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { byHand as heldStep, once } from '../support/plans.ts';
import { managedHere } from '../support/manager-here.ts';
import { fixture } from '../support/programs.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const LEDGER = 'refs/heads/coo/ledger';
const NOTE = { type: 'note', by: 'test', text: 'hello', at_ms: 1 } as const;
const MANAGER = fixture('app-manager');

/** What rehoming in a folder said: `ok`, or the code of its no. */
async function rehomed(world: RealWorld, folder: string, change: (at: LedgerWorld) => LedgerWorld = (at) => at): Promise<unknown> {
  const at = change(await world.another(folder));
  try {
    const done = await rehome(at, { init: { operator: operatorRepo(folder, at.layout.common), assets: new Map() }, by: 'op', reason: 'the old disk is dead' });
    return done.ok ? 'ok' : done.rejection.code;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return cause.code;
    throw cause;
  } finally {
    await at.git.close();
  }
}

async function appended(world: RealWorld, folder: string): Promise<unknown> {
  return byHand(await world.another(folder), NOTE).then(({ ok }) => ok, (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : cause));
}

function cloned(world: RealWorld, name = 'clone'): string {
  const folder = join(world.scratch, name);
  world.repo.git('clone', '-q', '--no-local', world.folder, folder);
  return folder;
}

it.concurrent('a copy or a clone does not become a second home while the first is there; once that is gone, one does, and the ledger says so', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'echo x > x.txt', { outputs: ['x.txt'] }), heldStep('t', { depends_on: ['s'] })] });
    expect(await world.run()).toBe(4);
    const [copy, clone] = [join(world.scratch, 'copy'), cloned(world)];
    cpSync(world.folder, copy, { recursive: true, verbatimSymlinks: true });
    const head = world.repo.git('rev-parse', LEDGER);
    for (const folder of [copy, clone]) expect([folder, await rehomed(world, folder)]).toEqual([folder, 'HOME_LIVES']);
    expect(world.repo.git('-C', clone, 'for-each-ref', 'refs/heads/coo')).toBe('');
    expect(await rehomed(world, world.folder)).toBe('UNCHANGED');
    renameSync(join(world.folder, '.git'), join(world.scratch, 'moved.git'));
    expect(await rehomed(world, clone)).toBe('ok');
    expect(world.repo.git('-C', clone, 'rev-parse', `${LEDGER}~1`)).toBe(head);
    expect(world.repo.git('-C', clone, 'rev-parse', 'refs/heads/coo/p')).toBe(world.repo.git('-C', clone, 'rev-parse', 'refs/remotes/origin/coo/p'));
    expect(await appended(world, clone)).toBe(true);
    expect((await verify(await world.another(clone))).findings).toEqual([]);
  });
});

it.concurrent.each([
  ['home.json', '.git/coo/home.json'],
  ['all of .git/coo', '.git/coo'],
])('%s removed: nothing is appended until a person says that this is the home; then a manager goes on', async (_what, path) => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'echo x > x.txt', { outputs: ['x.txt'] })] });
    expect(await startPlan(await world.another(), 'p', 'test')).toMatchObject({ ok: true });
    rmSync(join(world.folder, path), { recursive: true });
    expect(await appended(world, world.folder)).toBe('NOT_HOME');
    expect(await rehomed(world, world.folder)).toBe('ok');
    const manager = world.start([MANAGER, world.folder, 'idle']);
    expect(await new Promise((resolve) => manager.once('close', resolve))).toBe(0);
    expect(world.repo.git('show', 'main:x.txt')).toBe('x');
    const { state } = await world.fresh();
    expect(state.home).toBe(world.folder);
  });
});

it.concurrent('a manager under which .git/coo is removed says what happened and what to do', async () => {
  await inWorld({}, async (world) => {
    const ended = managedHere(world, { speed: 20 }, async () => {
      await world.until('an epoch', (session) => session.state.epoch?.ended === false);
      rmSync(join(world.folder, '.git/coo'), { recursive: true });
      await new Promise(() => undefined);
    });
    await expect(ended).rejects.toMatchObject({ code: 'NOT_HOME', message: expect.stringContaining('home.json was removed') as string, fix: expect.stringContaining('coo init --rehome') as string });
  });
});
