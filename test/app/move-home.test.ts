// The ledger goes on in another clone: at most one can append at any moment, whatever dies on the way.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitHandover } from '../../src/adapters/handover/git-handover.ts';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { requireHome } from '../../src/app/ledger/home.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { init } from '../../src/app/operations/init.ts';
import { moveHome } from '../../src/app/operations/move-home.ts';
import { rehome } from '../../src/app/operations/rehome.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { step } from '../../src/app/step.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { byHand as heldStep, once } from '../support/plans.ts';
import { fixture } from '../support/programs.ts';
import { inWorld, outputOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { testRepo } from '../support/repo.ts';
import { gitSplittingRefs } from '../support/split-git.ts';

const LEDGER = 'refs/heads/coo/ledger';
const NOTE = { type: 'note', by: 'test', text: 'hello', at_ms: 1 } as const;
const MOVER = fixture('app-mover');
const MANAGER = fixture('app-manager');
type Pass = <T extends object>(port: T) => T;

function cloned(world: RealWorld, name = 'clone'): string {
  const folder = join(world.scratch, name);
  world.repo.git('clone', '-q', '--no-local', world.folder, folder);
  return folder;
}

/** Moves the home from one folder to another, as a process of its own. */
async function move(world: RealWorld, from: string, to: string, pass: Pass = (port) => port): Promise<Awaited<ReturnType<typeof moveHome>>> {
  const passed = (at: LedgerWorld): LedgerWorld => ({ ...at, files: pass(at.files), git: pass(at.git) });
  const [here, there] = [passed(await world.another(from)), passed(await world.another(to))];
  const handover = pass(gitHandover({ gitDir: there.layout.common, searchPath: world.env['PATH'] ?? '' }));
  try {
    return await moveHome(here, { there, handover, init: { operator: operatorRepo(to, there.layout.common), assets: new Map() }, by: 'op', reason: 'a new machine' });
  } finally {
    for (const { git } of [here, there]) await git.close();
  }
}

/** The code with which an append is refused in a folder; undefined when it is not. */
async function refusedIn(world: RealWorld, folder: string): Promise<unknown> {
  const at = await world.another(folder);
  try {
    const session = await LedgerSession.open(at, 'asked');
    await requireHome(at, session.home, session.state);
    return undefined;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return cause.code;
    throw cause;
  } finally {
    await at.git.close();
  }
}

async function codeOf(act: Promise<unknown>): Promise<unknown> {
  return act.then((value) => (typeof value === 'object' && value !== null && 'rejection' in value ? (value.rejection as { readonly code: string }).code : undefined), (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : cause));
}

async function findings(world: RealWorld, folder: string): Promise<unknown> {
  const at = await world.another(folder);
  return (await verify(at)).findings;
}

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

it.concurrent('a kill before any one of its calls leaves at most one clone that can append, and the command again finishes it; there and back', { timeout: 300_000 }, async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [heldStep('s')] });
    expect(await startPlan(await world.another(), 'p', 'test')).toMatchObject({ ok: true });
    let [from, to] = [world.folder, cloned(world)];
    for (let at = 1, whole = false; !whole; at += 1) {
      let calls = 0;
      const killing: Pass = (port) =>
        new Proxy(port, {
          get: (target, name, receiver): unknown => {
            const value: unknown = Reflect.get(target, name, receiver);
            if (typeof value !== 'function' || !CHANGES.has(String(name))) return value;
            return async (...args: unknown[]): Promise<unknown> => {
              calls += 1;
              if (calls >= at) throw new Error('killed here');
              return (value as (...given: unknown[]) => unknown).apply(target, args);
            };
          },
        });
      whole = (await codeOf(move(world, from, to, killing))) === undefined;
      const homes = [await refusedIn(world, from), await refusedIn(world, to)].filter((code) => code === undefined);
      expect(homes.length, `killed before call ${String(at)}`).toBeLessThanOrEqual(1);
      expect(await move(world, from, to)).toMatchObject({ ok: true });
      expect([await refusedIn(world, from), await refusedIn(world, to)]).toEqual(['HOME_MOVED', undefined]);
      [from, to] = [to, from];
    }
    const moves = (await LedgerSession.open(await world.another(from), 'all')).seq;
    expect(moves).toBeGreaterThan(10);
    expect(await findings(world, from)).toEqual([]);
  });
});

/** Calls that leave something behind, and the handover itself. A folder more is no difference. */
const CHANGES = new Set(['create', 'replace', 'replaceView', 'rename', 'remove', 'removeAll', 'link', 'append', 'write', 'swap', 'fetch']);

it.concurrent('refused, with nothing moved, where the other clone cannot take it or something is at work', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [heldStep('s')] });
    expect(await startPlan(await world.another(), 'p', 'test')).toMatchObject({ ok: true });
    const folder = cloned(world);
    const head = world.repo.git('rev-parse', LEDGER);
    const no = async (to = folder): Promise<unknown> => codeOf(move(world, world.folder, to));
    expect(await no(world.folder)).toBe('SAME_CLONE');
    const bare = join(world.scratch, 'bare.git');
    world.repo.git('clone', '-q', '--bare', world.folder, bare);
    expect(await no(bare)).toBe('BARE');
    expect(await no(testRepo(world.scratch, { format: 'sha256', name: 'other' }).folder)).toBe('FORMAT');

    const git = (...args: readonly string[]): string => world.repo.git('-C', folder, ...args);
    git('branch', 'coo');
    expect(await no()).toBe('PREFIX_TAKEN');
    git('branch', '-D', 'coo');
    git('update-ref', LEDGER, git('commit-tree', '-m', 'mine', 'HEAD^{tree}'));
    expect(await no()).toBe('REF_IN_THE_WAY');
    git('update-ref', LEDGER, `${git('rev-parse', 'origin/coo/ledger')}~1`);
    git('symbolic-ref', 'HEAD', LEDGER);
    expect(await no()).toBe('WORKTREE_BUSY');
    git('symbolic-ref', 'HEAD', 'refs/heads/main');
    mark(folder, { ledger: 'another' });
    expect(await no()).toBe('HOME_TAKEN');
    rmSync(join(folder, '.git/coo/home.json'));

    const manager = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch?.ended === false);
    expect(await no()).toBe('EPOCH_OLD');
    await manager.drain();
    expect(existsSync(join(folder, '.git/coo/home.json'))).toBe(false);
    expect(world.repo.git('merge-base', '--is-ancestor', head, LEDGER)).toBe('');
    expect(await refusedIn(world, folder)).toBe('NOT_HOME');
    expect(await codeOf(move(world, folder, cloned(world, 'third')))).toBe('NOT_HOME');
    const killed = world.manager('stopped');
    await world.until('an epoch of another', (session) => session.state.epoch?.number === 2);
    await killed.kill();
    expect(await move(world, world.folder, folder)).toMatchObject({ ok: true });
    expect((await world.fresh()).state.epoch).toMatchObject({ number: 2, ended: true });
  });
});

/** What only one of the two transactions of a move has: the entry's, in the clone that is left, or the handover's, in the one that takes over. */
it.concurrent.each([
  ['the move itself', 'update refs/heads/coo/ledger', 1],
  ['the handover', 'update refs/heads/coo/p ', 1],
  ['the handover', 'update refs/heads/coo/p ', 2],
  ['the handover', 'update refs/heads/coo/p ', 3],
])('SIGKILL in the middle of the refs of %s (%s, %i moved): at most one clone can append, and the command again finishes it', async (_what, match, moved) => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', integrate: 'none', steps: [once('s', 'echo x > x.txt', { outputs: ['x.txt'] })] });
    expect(await world.run()).toBe(0);
    const folder = cloned(world);
    const git = gitSplittingRefs(join(world.scratch, 'git'), moved, true, match);
    const child = world.start([MOVER, world.folder, folder], { PATH: git.searchPath });
    const signal = await new Promise((resolve) => void child.once('close', (_code, name) => resolve(name)));
    expect([signal, outputOf(child), existsSync(join(git.folder, 'armed'))]).toEqual(['SIGKILL', '', false]);
    const refusals = [await refusedIn(world, world.folder), await refusedIn(world, folder)];
    expect(refusals.filter((code) => code === undefined).length).toBeLessThanOrEqual(1);
    expect(await move(world, world.folder, folder)).toMatchObject({ ok: true });
    expect([await refusedIn(world, world.folder), await refusedIn(world, folder)]).toEqual(['HOME_MOVED', undefined]);
    const refs = (at: string): string => world.repo.git('-C', at, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/coo', 'refs/heads/coo');
    expect(refs(folder)).toBe(refs(world.folder));
    expect(await findings(world, folder)).toEqual([]);
    expect(await codeOf(byHand(await world.another(folder), NOTE))).toBeUndefined();
    expect((await world.fresh()).state.home).toBe(folder);
  });
});

/** Changes the mark of a clone, or makes one. */
function mark(folder: string, some: object): void {
  const path = join(folder, '.git/coo/home.json');
  const there = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : { schema: 'coo/home.v1', prefix: 'coo', host: 'here', path: folder, inode: 1 };
  writeFileSync(path, JSON.stringify({ ...there, ...some }));
}
