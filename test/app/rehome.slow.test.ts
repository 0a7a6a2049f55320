// The home is lost, or its folder was moved: the ledger goes on in this clone, if a person says so and no home is seen alive. The quick suite's share is `rehome.test.ts`.
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { rehome } from '../../src/app/operations/rehome.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import type { Files } from '../../src/ports/files.ts';
import { fixture } from '../support/programs.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const NOTE = { type: 'note', by: 'test', text: 'hello', at_ms: 1 } as const;
const MOVER = fixture('app-mover');
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

it.concurrent('after a move the ledger is taken back only once the clone that it went to is gone; cut short before the mark, the same command finishes it', async () => {
  await inWorld({}, async (world) => {
    const clone = cloned(world);
    const linked = join(world.scratch, 'linked');
    world.repo.git('-C', clone, 'worktree', 'add', '-q', '--detach', linked);
    const mover = world.start([MOVER, world.folder, linked]);
    expect([await new Promise((resolve) => mover.once('close', resolve)), await appended(world, linked)]).toEqual([0, true]);
    expect(await rehomed(world, world.folder)).toBe('HOME_LIVES');
    renameSync(join(clone, '.git'), join(world.scratch, 'lost.git'));
    const torn = (at: LedgerWorld): LedgerWorld => ({ ...at, files: Object.assign(Object.create(at.files) as Files, { replace: () => Promise.reject(new Error('killed here')) }) });
    await expect(rehomed(world, world.folder, torn)).rejects.toThrow('killed here');
    expect(await appended(world, world.folder)).toBe('HOME_MOVED');
    expect(await rehomed(world, world.folder)).toBe('ok');
    expect(await appended(world, world.folder)).toBe(true);
  });
});

it.concurrent('not from an older branch than what was fetched, nor while a manager works here', async () => {
  await inWorld({}, async (world) => {
    const clone = cloned(world);
    const git = (...args: readonly string[]): string => world.repo.git('-C', clone, ...args);
    const manager = world.manager('stopped');
    await world.until('an epoch', (session) => session.state.epoch?.ended === false);
    git('fetch', '-q', 'origin');
    git('branch', '-q', 'coo/ledger', 'origin/coo/ledger');
    git('remote', 'set-url', 'origin', 'https://example.invalid/project');
    expect(await rehomed(world, clone)).toBe('HOME_LIVES');
    await manager.drain();
    rmSync(join(world.folder, '.git/coo/home.json'));
    git('remote', 'set-url', 'origin', world.folder);
    git('fetch', '-q', 'origin');
    expect(await rehomed(world, clone)).toBe('LEDGER_BEHIND');
    git('fetch', '-q', '.', 'refs/remotes/origin/coo/ledger:refs/heads/coo/ledger');
    expect(await rehomed(world, clone)).toBe('ok');
  });
});
