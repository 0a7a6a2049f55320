// The ledger goes on in another clone: at most one can append at any moment, whatever dies on the way. The quick suite's share is `move-home.test.ts`.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { cloned, codeOf, findings, HANDOVER, killedInTheMiddle, move, refusedIn } from '../support/moved-ledger.ts';
import type { Pass } from '../support/moved-ledger.ts';
import { byHand as heldStep } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import { testRepo } from '../support/repo.ts';

const LEDGER = 'refs/heads/coo/ledger';
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

/** Changes the mark of a clone, or makes one. */
function mark(folder: string, some: object): void {
  const path = join(folder, '.git/coo/home.json');
  const there = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as object) : { schema: 'coo/home.v1', prefix: 'coo', host: 'here', path: folder, inode: 1 };
  writeFileSync(path, JSON.stringify({ ...there, ...some }));
}

it.concurrent.each([1, 3])('SIGKILL in the middle of the refs of the handover (%i moved): at most one clone can append, and the command again finishes it', async (moved) => killedInTheMiddle(HANDOVER, moved));
