// Whatever way a workspace goes, its work is under a rescue ref first: commits, what was not committed, outputs that git ignores, other branches.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { gc } from '../../src/app/operations/gc.ts';
import type { Collected } from '../../src/app/operations/gc.ts';
import { cancel, override } from '../../src/app/operations/manage.ts';
import { refuseUnrescued } from '../../src/app/operations/uninstall.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import { once } from '../support/plans.ts';
import { signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const FILES = ['branch.txt', 'committed.txt', 'ignored.txt', 'loose.txt', 'stashed.txt'];
const GIT = 'git -c user.name=w -c user.email=w@localhost';
/** Leaves work behind in every way that git knows. */
const WORK = [
  `echo b > branch.txt && ${GIT} checkout -q -b aside && ${GIT} add branch.txt && ${GIT} commit -q -m aside && ${GIT} checkout -q work`,
  `echo s > stashed.txt && ${GIT} add stashed.txt && ${GIT} stash -q`,
  `echo c > committed.txt && ${GIT} add committed.txt && ${GIT} commit -q -m mine`,
  'echo i > ignored.txt; echo l > loose.txt',
].join('; ');

async function collect(world: RealWorld): Promise<Collected> {
  const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, ['false']);
  try {
    return await gc(whole, await LedgerSession.open(whole, 'all'), false);
  } finally {
    await whole.work.close();
    await whole.git.close();
  }
}

/** Every file that is kept of an attempt, over all its rescue refs. */
function keptOf(world: RealWorld, order_id: string): readonly string[] {
  const refs = world.repo.git('for-each-ref', '--format=%(refname)', `refs/coo/rescue/${order_id}`, `refs/coo/rescue/${order_id}.*`).split('\n').filter((ref) => ref !== '');
  return [...new Set(refs.flatMap((ref) => world.tree(ref)))].filter((path) => FILES.includes(path)).sort();
}

const by = { by: 'op', reason: 'enough' };
const WAYS: Readonly<Record<string, (world: RealWorld) => Promise<unknown>>> = {
  cancel: async (world) => cancel(await world.another(), 'p', by),
  'a kill of the worker': (world) => Promise.resolve(signal(world.worker('p.s.1') ?? 0, 'SIGKILL')),
  'the wall time': () => Promise.resolve(),
  'a failure': (world) => Promise.resolve(writeFileSync(world.out('go'), '')),
  override: async (world) => override(await world.another(), 'p/s', 'blocked', by),
};

it.concurrent.each(Object.entries(WAYS))('an attempt ended by %s: coo gc keeps all of its work, then takes the workspace', async (way, end) => {
  await inWorld({ files: { '.gitignore': 'ignored.txt\n' }, limits: { losses: 1 } }, async (world) => {
    const wall = way === 'the wall time' ? { budget: { wall: 3_000 } } : {};
    world.plan({ plan_id: 'p', steps: [once('s', `${WORK}; : > '${world.out('worked')}'; while [ ! -e '${world.out('go')}' ]; do sleep 0.05; done; exit 3`, { outputs: ['ignored.txt'], ...wall })] });
    const manager = world.manager('stopped');
    await world.untilFile(world.out('worked'));
    await end(world);
    await world.until('its end', ({ state }) => state.claims.size === 0 && state.workers === 0 && state.plans.get('p')?.steps.get('s')?.stopping === null);
    expect(await manager.drain()).toBe(0);
    const folder = join(world.scratch, 'state/coo', world.ledger, 'p.s.1');
    expect(existsSync(folder)).toBe(true);
    expect(await collect(world)).toMatchObject({ rescued: ['p.s.1'], kept: [] });
    expect([keptOf(world, 'p.s.1'), existsSync(folder)]).toEqual([FILES, false]);
  });
});

it.concurrent.each([
  ['without its .git', () => ''],
  ['whose .git leads into another repository', (world: RealWorld) => `; echo 'gitdir: ${world.repo.gitDir}' > .git`],
] as const)('a workspace %s: its files are kept, and nothing is done elsewhere', async (_what, more) => {
  await inWorld({ files: { 'old.txt': 'old\n' } }, async (world) => {
    const head = world.repo.git('rev-parse', 'HEAD');
    world.plan({ plan_id: 'p', steps: [once('s', 'echo l > loose.txt; rm -rf .git; exit 3')] });
    expect(await world.run()).toBe(1);
    const folder = join(world.scratch, 'state/coo', world.ledger, 'p.s.1');
    execFileSync('sh', ['-c', `:${more(world)}`], { cwd: folder });
    expect(await collect(world)).toMatchObject({ rescued: ['p.s.1'], removed: ['p.s.1'], kept: [] });
    expect(world.tree('refs/coo/rescue/p.s.1')).toEqual(['README.md', 'loose.txt', 'old.txt']);
    expect(readdirSync(join(world.scratch, 'state/coo', world.ledger))).toEqual([]);
    expect([world.repo.git('rev-parse', 'HEAD'), world.repo.git('status', '--porcelain', '--untracked-files=no')]).toEqual([head, '']);
  });
});

it.concurrent('a workspace whose git is broken stays, is named, and holds up coo uninstall', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'echo l > loose.txt; echo nonsense > .git/HEAD')] });
    expect(await world.run()).toBe(1);
    const collected = await collect(world);
    expect(collected).toMatchObject({ removed: [], rescued: [], kept: [{ order_id: 'p.s.1', why: expect.stringMatching(/^its work cannot be sealed: /) as string }] });
    expect(() => refuseUnrescued(collected)).toThrow(expect.objectContaining({ code: 'NOT_RESCUED' }) as Error);
    expect(existsSync(join(world.scratch, 'state/coo', world.ledger, 'p.s.1/loose.txt'))).toBe(true);
  });
});

it.concurrent('a link in the place of a workspace goes, and what it leads to is not touched', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('s', 'false')] });
    expect(await world.run()).toBe(1);
    const folder = join(world.scratch, 'state/coo', world.ledger, 'p.s.1');
    const elsewhere = join(world.scratch, 'elsewhere');
    mkdirSync(elsewhere);
    world.repo.git('-C', elsewhere, 'init', '-q');
    writeFileSync(join(elsewhere, 'mine.txt'), 'mine\n');
    rmSync(folder, { recursive: true });
    symlinkSync(elsewhere, folder);
    expect(await collect(world)).toMatchObject({ rescued: [], removed: ['p.s.1'] });
    expect(world.repo.git('-C', elsewhere, 'status', '--porcelain')).toBe('?? mine.txt');
    expect(() => world.repo.git('-C', elsewhere, 'rev-parse', 'HEAD')).toThrow(/ambiguous|unknown revision/);
  });
});
