import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { RefWrite } from '../../src/adapters/git-store/appenders.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { GitStore } from '../../src/ports/git-store.ts';
import type { Owner } from '../../src/ports/process.ts';
import { gitDyingWithLocks } from '../support/bad-git.ts';
import { fixture } from '../support/programs.ts';
import { commitOf, EMPTY_TREE, openRealStore, scratchFolder, SEARCH_PATH, type TestRepo, testRepo } from '../support/repo.ts';

const scratch = scratchFolder('git-store-locks');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';
/** A clock by which two looks at a lock use up all patience. */
function hasty(): Clock {
  let now = 0;
  return { ...systemClock(), monotonic: () => (now += 1500) };
}
const self = osProcesses({ clock: systemClock(), nonce: 'test' }).self();
const dead: Owner = { ...self, started: '1', nonce: 'dead' };

let repo: TestRepo;
let store: GitStore;
let id: string;
let older: string;
beforeEach(async () => {
  repo = testRepo(scratch);
  store = await openRealStore(repo.folder);
  [, older = '', id = ''] = await store.write([EMPTY_TREE, commitOf(store, 'older'), commitOf(store, 'newer')]);
  return async () => {
    await store.close();
  };
});

const pathOf = (name: string): string => join(repo.gitDir, name);
const registered = (): readonly string[] => readdirSync(pathOf('coo/appenders')).sort();

function lock(ref: string, content: string): void {
  mkdirSync(dirname(pathOf(ref)), { recursive: true });
  writeFileSync(pathOf(`${ref}.lock`), content);
}

function register(name: string, owner: Owner, moving: readonly RefWrite[] | null, git: number | null = null): void {
  mkdirSync(pathOf('coo/appenders'), { recursive: true });
  writeFileSync(pathOf(`coo/appenders/${name}`), `${JSON.stringify(owner)}\n${JSON.stringify({ turn: 1, git, moving })}\n`);
}

const swap = (): ReturnType<GitStore['swap']> =>
  store.swap([
    { ref: LEDGER, before: null, after: id },
    { ref: SEEN, before: null, after: id },
  ]);

describe('a lock in the way', () => {
  const moving = (): readonly RefWrite[] => [LEDGER, SEEN].map((ref) => ({ ref, after: older }));

  it('of a dead appender is removed, with the others it left, and told once', async () => {
    register('dead-1', dead, moving());
    lock(LEDGER, `${older}\n`);
    lock(SEEN, `${older}\n`);
    expect(await swap()).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual([SEEN, LEDGER]);
    expect(store.mended()).toEqual([]);
    expect(registered().filter((name) => name.startsWith('dead'))).toEqual([]);
    expect(registered().filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it('without content yet is removed too, as are those of HEAD and of packed-refs', async () => {
    repo.git('symbolic-ref', 'HEAD', LEDGER);
    register('dead-1', dead, [...moving(), { ref: 'refs/heads/gone', after: null }]);
    lock(SEEN, '');
    lock('HEAD', '');
    expect(await swap()).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual(['HEAD', SEEN]);
    register('dead-1', dead, [{ ref: 'refs/heads/gone', after: null }]);
    lock('packed-refs', '');
    expect(await store.swap([{ ref: SEEN, before: id, after: null }])).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual(['packed-refs']);
  });

  it('of an appender that died with the machine is removed', async () => {
    register('dead-1', { ...dead, boot: 'another' }, null);
    lock(LEDGER, '');
    expect(await swap()).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual([LEDGER]);
    expect(registered().filter((name) => name.startsWith('dead'))).toEqual([]);
  });

  it('is finished by the next when the one who was removing it died', async () => {
    register('dead-1.by.dead-2', dead, moving());
    register('dead-2', { ...dead, nonce: 'dead2' }, null);
    lock(LEDGER, `${older}\n`);
    expect(await swap()).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual([LEDGER]);
  });

  it.each([
    ['of nobody registered', () => undefined, 'a program that is not coo'],
    ['with an id that no dead appender was writing', () => register('dead-1', dead, [{ ref: LEDGER, after: '1'.repeat(40) }]), 'a program that is not coo'],
    ['of a ref that no dead appender was moving', () => register('dead-1', dead, [{ ref: 'refs/heads/x', after: older }]), 'a program that is not coo'],
    ['while a dead appender was idle', () => register('dead-1', dead, null), 'a program that is not coo'],
    ['of a living appender', () => register('live-1', self, moving()), `alive coo process ${self.pid} on ${self.host}`],
    ['of an appender on another host', () => register('far-1', { ...dead, host: 'far' }, moving()), `unknown coo process ${dead.pid} on far`],
  ])('%s is told, never removed', async (_, plant, owner) => {
    plant();
    store = await openRealStore(repo.folder, { clock: hasty() });
    lock(LEDGER, `${older}\n`);
    expect(await swap()).toEqual({ kind: 'locked', path: pathOf(`${LEDGER}.lock`), owner });
    expect(readFileSync(pathOf(`${LEDGER}.lock`), 'utf8')).toBe(`${older}\n`);
    expect(store.mended()).toEqual([]);
    expect(await store.ref(LEDGER)).toBeNull();
    rmSync(pathOf(`${LEDGER}.lock`));
    expect(await swap()).toEqual({ kind: 'done' });
  });

  it('of a dead appender stays while its git child lives', async () => {
    const child = spawn('sleep', ['600'], { env: { PATH: SEARCH_PATH, COO_APPENDER: 'dead-1' }, stdio: 'ignore' });
    await once(child, 'spawn');
    register('dead-1', dead, moving(), child.pid ?? null);
    store = await openRealStore(repo.folder, { clock: hasty() });
    lock(LEDGER, `${older}\n`);
    expect(await swap()).toMatchObject({ kind: 'locked' });
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(await swap()).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual([LEDGER]);
  });

  it('that goes away meanwhile is only waited for', async () => {
    lock(LEDGER, `${older}\n`);
    const swapped = swap();
    setTimeout(() => rmSync(pathOf(`${LEDGER}.lock`)), 300);
    expect(await swapped).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual([]);
  });

  it('is removed by one of several who all want to', async () => {
    register('dead-1', dead, moving());
    lock(LEDGER, `${older}\n`);
    lock(SEEN, '');
    const stores = await Promise.all(Array.from({ length: 4 }, () => openRealStore(repo.folder)));
    const results = await Promise.all(
      stores.map(async (one, n) => {
        const [after = ''] = await one.write([commitOf(one, `racer ${n}`)]);
        return await one.swap([LEDGER, SEEN].map((ref) => ({ ref, before: null, after })));
      }),
    );
    expect(results.map(({ kind }) => kind).sort()).toEqual(['done', 'lost', 'lost', 'lost']);
    expect(stores.flatMap((one) => one.mended()).sort()).toEqual([SEEN, LEDGER]);
    await Promise.all(stores.map((one) => one.close()));
    expect(await store.ref(LEDGER)).toBe(await store.ref(SEEN));
  });
});

describe('the register', () => {
  it('forgets the dead who left nothing, and us when we close', async () => {
    register('dead-1', dead, [{ ref: LEDGER, after: older }]);
    register('dead-2', { ...dead, nonce: 'dead2', boot: 'another' }, null);
    register('live-1', self, null);
    writeFileSync(pathOf('coo/appenders/cut-short'), '{"boot":');
    expect(await swap()).toEqual({ kind: 'done' });
    // The first write of this test registered and swept already; a new store sweeps again.
    const another = await openRealStore(repo.folder);
    await another.write([]);
    await Promise.all([another.close(), store.close()]);
    expect(registered()).toEqual(['cut-short', 'live-1']);
  });
});

describe('git killed with its locks held', () => {
  it('under a living appender: its locks are removed and the swap is done', async () => {
    repo.git('symbolic-ref', 'HEAD', LEDGER);
    const bad = gitDyingWithLocks(mkdtempSync(join(scratch, 'g-')), false);
    const victim = await openRealStore(repo.folder, { program: bad.program });
    expect(await victim.swap([LEDGER, SEEN].map((ref) => ({ ref, before: null, after: id })))).toEqual({ kind: 'done' });
    expect(bad.starts()).toBe(1);
    expect(victim.mended()).toContain(LEDGER);
    expect([await store.ref(LEDGER), await store.ref(SEEN)]).toEqual([id, id]);
    await victim.close();
  });

  it('together with its appender: the next one removes the locks', async () => {
    const bad = gitDyingWithLocks(mkdtempSync(join(scratch, 'g-')), true);
    const child = spawn(process.execPath, [fixture('git-store-appender'), repo.folder, '1', '1', bad.program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    expect([LEDGER, SEEN].map((ref) => existsSync(pathOf(`${ref}.lock`)))).toEqual([true, true]);
    expect(await swap()).toEqual({ kind: 'done' });
    expect(store.mended()).toEqual([SEEN, LEDGER]);
  });
});
