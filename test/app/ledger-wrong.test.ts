// A ledger that is not what it was, a folder that is not the home, a disk that fails, a cache that lies.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GitError } from '../../src/adapters/git-store/errors.ts';
import { ledgerCommit } from '../../src/app/ledger/commit.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { operatorRepo } from '../../src/adapters/operator/operator-repo.ts';
import { DEFAULT_PREFIX, refNames } from '../../src/app/ledger/names.ts';
import { shownBeyond } from '../../src/app/operations/doctor/beyond.ts';
import { lostEnd } from '../../src/app/operations/doctor/memory.ts';
import { init } from '../../src/app/operations/init.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { startPlan } from '../../src/app/operations/plans.ts';
import { step } from '../../src/app/step.ts';
import type { LedgerWorld } from '../../src/app/world.ts';
import { entryPath, renderEntry } from '../../src/format/entry.ts';
import type { Event } from '../../src/kernel/event.ts';
import { ENGINE } from '../../src/kernel/limits.ts';
import type { Files } from '../../src/ports/files.ts';
import type { GitStore } from '../../src/ports/git-store.ts';
import { fingerprint } from '../kernel/fingerprint.ts';
import { forgeCachedPlan } from '../support/forged-cache.ts';
import { managedHere } from '../support/manager-here.ts';
import { once } from '../support/plans.ts';
import { eventually } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';

const NOTE = { type: 'note', by: 'test', text: 'hello', at_ms: 1 } as const;
const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';

/** Code and exit of what went wrong; undefined when nothing did. */
async function wrong(act: Promise<unknown>): Promise<{ readonly code: unknown; readonly exit?: unknown } | undefined> {
  try {
    await act;
    return undefined;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return { code: cause.code, ...('exit' in cause ? { exit: cause.exit } : {}) };
    throw cause;
  }
}

async function note(world: RealWorld, text = 'hello'): Promise<string> {
  const done = await byHand(await world.another(), { ...NOTE, text });
  expect(done.ok).toBe(true);
  return world.repo.git('rev-parse', LEDGER);
}

/** Takes away what this clone knows of its ledger beside git: whoever goes back so leaves no trace. */
function forget(world: RealWorld): void {
  for (const folder of [join(world.repo.gitDir, 'coo/cache'), join(world.folder, '_report/ledger')]) rmSync(folder, { recursive: true, force: true });
}

/** Two heads of the same length that differ in their last entry; the branch and `seen` stand at the first. */
async function twoHeads(world: RealWorld): Promise<{ readonly here: string; readonly there: string; readonly before: string }> {
  const before = await note(world, 'common');
  const there = await note(world, 'one way');
  for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, before);
  forget(world);
  const here = await note(world, 'another way');
  return { here, there, before };
}

/** Leaves a cache as of an earlier head, with the branch at its end again. */
async function cachedAt(world: RealWorld, head: string): Promise<string> {
  const now = world.repo.git('rev-parse', LEDGER);
  for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, head);
  rmSync(join(world.repo.gitDir, 'coo/cache'), { recursive: true, force: true });
  await (await LedgerSession.open(await world.another(), 'all')).cache();
  for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, now);
  return head;
}

it.concurrent.each([
  ['rewound', 'LEDGER_REWOUND', (_world: RealWorld, heads: { readonly before: string }) => heads.before],
  ['rewound to where the cache stands', 'LEDGER_REWOUND', async (world: RealWorld, heads: { readonly before: string }) => cachedAt(world, heads.before)],
  ['forked', 'LEDGER_REWOUND', (_world: RealWorld, heads: { readonly there: string }) => heads.there],
  ['deleted', 'LEDGER_REWOUND', () => ''],
  ['built upon by somebody else', 'LEDGER_FOREIGN', (world: RealWorld, heads: { readonly here: string }) => world.repo.git('commit-tree', '-m', 'mine', '-p', heads.here, `${heads.here}^{tree}`)],
] as const)('a ledger branch that was %s halts every command and the manager with exit 7, until it is put back', async (_what, code, to) => {
  await inWorld({}, async (world) => {
    const heads = await twoHeads(world);
    const moved = await to(world, heads);
    if (moved === '') world.repo.git('update-ref', '-d', LEDGER);
    else world.repo.git('update-ref', LEDGER, moved);
    expect(await wrong(byHand(await world.another(), NOTE))).toEqual({ code, exit: 7 });
    await expect(byHand(await world.another(), NOTE)).rejects.toMatchObject({ fix: expect.stringContaining(`git update-ref ${LEDGER} ${heads.here}; then coo verify`) as string });
    const manager = world.manager('idle');
    expect(await manager.ended).toBe(7);
    expect(manager.said('failed')).toMatchObject([{ failure: code }]);
    expect(world.repo.git('for-each-ref', '--format=%(objectname)', LEDGER)).toBe(moved);
    world.repo.git('update-ref', LEDGER, heads.here);
    await note(world);
    expect(await world.run()).toBe(0);
  });
});

it.concurrent('a session that knows more than the branch holds, `seen` moved with it, halts too', async () => {
  await inWorld({}, async (world) => {
    const { here, there, before } = await twoHeads(world);
    for (const head of [there, before]) {
      for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, here);
      const session = await LedgerSession.open(await world.another(), 'all');
      for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, head);
      expect(await wrong(step(session, () => [{ input: NOTE }], { writer: 'test', withinMs: 1_000 }))).toEqual({ code: 'LEDGER_FORK', exit: 7 });
    }
    for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, here);
    const session = await LedgerSession.open(await world.another(), 'all');
    for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', '-d', ref);
    for (const look of [async () => session.refresh(), async () => session.reload()]) await expect(look()).rejects.toMatchObject({ code: 'LEDGER_REWOUND', exit: 7, fix: `put it back: git update-ref ${LEDGER} ${here}; then coo verify` });
  });
});

it.concurrent('`seen` behind the branch is normal: a kill between the two', async () => {
  await inWorld({}, async (world) => {
    const before = await note(world);
    await note(world);
    world.repo.git('update-ref', SEEN, before);
    const head = await note(world);
    expect(world.repo.git('rev-parse', SEEN)).toBe(head);
  });
});

it.concurrent('a zero-length object or ref is found, nothing is appended, and putting it back mends it', async () => {
  await inWorld({}, async (world) => {
    const head = await note(world);
    const object = join(world.repo.gitDir, 'objects', head.slice(0, 2), head.slice(2));
    const bytes = readFileSync(object);
    rmSync(object);
    writeFileSync(object, '');
    expect(await wrong(byHand(await world.another(), NOTE))).toMatchObject({ code: 'GIT_OBJECT_BROKEN' });
    rmSync(object);
    expect(await wrong(byHand(await world.another(), NOTE))).toEqual({ code: 'LEDGER_ABSENT', exit: 7 });
    writeFileSync(object, bytes);
    const ref = join(world.repo.gitDir, LEDGER);
    truncateSync(ref);
    expect(await wrong(byHand(await world.another(), NOTE))).toMatchObject({ code: 'GIT_REF_BROKEN' });
    writeFileSync(ref, `${head}\n`);
    await note(world);
    expect(world.repo.git('rev-parse', `${LEDGER}~1`)).toBe(head);
  });
});

it.concurrent('a copied folder and a clone read, and refuse to append', async () => {
  await inWorld({}, async (world) => {
    const head = await note(world);
    const copy = join(world.scratch, 'copy');
    cpSync(world.folder, copy, { recursive: true, verbatimSymlinks: true });
    const clone = join(world.scratch, 'clone');
    world.repo.git('clone', '-q', '--no-local', world.folder, clone);
    world.repo.git('-C', clone, 'branch', '-q', 'coo/ledger', 'origin/coo/ledger');
    for (const [folder, code] of [[copy, 'HOME_COPIED'], [clone, 'NOT_HOME']] as const) {
      const there = await world.another(folder);
      expect((await LedgerSession.open(there, 'all')).head).toBe(head);
      expect(await wrong(byHand(there, NOTE))).toEqual({ code, exit: 1 });
      expect(world.repo.git('-C', folder, 'rev-parse', LEDGER)).toBe(head);
    }
    await note(world);
  });
});

/** The world with its git store, and if wanted its files, failing where told. */
function failing(world: LedgerWorld, git: Partial<GitStore>, files: Partial<Files> = {}): LedgerWorld {
  const over = <T extends object>(real: T, some: Partial<T>): T => Object.assign(Object.create(real) as T, some);
  return { ...world, git: over(world.git, git), files: over(world.files, files) };
}

const full = (): Promise<never> => Promise.reject(new GitError({ code: 'GIT_IO', message: 'write: ENOSPC' }));

it.concurrent.each([
  ['before anything was written', { write: full }, 0],
  ['at the fsync of what moved', undefined, 1],
] as const)('a write that fails %s latches `halted`: nothing is acknowledged, by nobody, until a person has looked', async (_what, how, appended) => {
  await inWorld({}, async (world) => {
    const { seq } = await world.session();
    const other = await world.another();
    const git: Partial<GitStore> = how ?? { swap: async (changes) => other.git.swap(changes).then(full) };
    const session = await LedgerSession.open(failing(await world.another(), git), 'all');
    const append = (): Promise<unknown> => step(session, () => [{ input: NOTE }], { writer: 'test', withinMs: 1_000 });
    expect(await wrong(append())).toEqual({ code: 'HALTED', exit: 7 });
    expect(await wrong(append())).toEqual({ code: 'HALTED', exit: 7 });
    expect(await wrong(byHand(await world.another(), NOTE))).toEqual({ code: 'HALTED', exit: 7 });
    const manager = world.manager('idle');
    expect(await manager.ended).toBe(7);
    expect((await world.fresh()).seq).toBe(seq + appended);
    rmSync(join(world.repo.gitDir, 'coo/halted.json'));
    await note(world);
    expect((await world.fresh()).seq).toBe(seq + appended + 1);
  });
});

it.concurrent('a failed write whose mark cannot be written either still stops the process', async () => {
  await inWorld({}, async (world) => {
    let writes = 0;
    const git: Partial<GitStore> = { write: () => full().finally(() => (writes += 1)) };
    const session = await LedgerSession.open(failing(await world.another(), git, { replaceView: full }), 'all');
    const append = (): Promise<unknown> => step(session, () => [{ input: NOTE }], { writer: 'test', withinMs: 1_000 });
    expect(await wrong(append())).toEqual({ code: 'HALTED', exit: 7 });
    expect(await wrong(append())).toEqual({ code: 'HALTED', exit: 7 });
    expect(writes).toBe(1);
  });
});

it.concurrent('a write that fails as a manager leaves ends it with exit 7, not as if all were well; one that fails as it packs is told, and it goes on', async () => {
  await inWorld({}, async (world) => {
    let broken = false;
    let packs = 0;
    const change = (real: LedgerWorld): Partial<LedgerWorld> => failing(real, { write: async (objects) => (broken ? full() : real.git.write(objects)), pack: () => full().finally(() => (packs += 1)) });
    const managed = managedHere(world, { change }, async (said) => {
      await eventually(() => 'a pack that fails', () => (packs > 0 && said('pack.failed').length > 0) || undefined);
      await note(world);
      broken = true;
    });
    expect(await wrong(managed)).toEqual({ code: 'HALTED', exit: 7 });
  });
});

/** Changes a file; fails when that changes nothing. */
function edit(path: string, from: RegExp, to: string): void {
  const text = readFileSync(path, 'utf8');
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  writeFileSync(path, edited);
}

function makeFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

it.concurrent('the cache removed, torn, edited, or of another history: the same state', async () => {
  await inWorld({}, async (world) => {
    for (const plan_id of ['one', 'two']) {
      world.plan({ plan_id, steps: [once('a', 'true'), once('b', 'true', { depends_on: ['a'] })] });
      expect(await startPlan(await world.another(), plan_id, 'test')).toMatchObject({ ok: true });
    }
    const folder = join(world.repo.gitDir, 'coo/cache');
    const opened = async (): Promise<string> => fingerprint((await LedgerSession.open(await world.another(), 'all')).state);
    const asked = async (): Promise<string> => {
      const session = await LedgerSession.open(await world.another(), 'asked');
      await session.ensure('one');
      return JSON.stringify(session.state.plans.get('one')?.counts);
    };
    rmSync(folder, { recursive: true });
    const state = await opened();
    const counts = await asked();
    const cached = await LedgerSession.open(await world.another(), 'all');
    await cached.cache();
    const good = join(world.scratch, 'good');
    cpSync(folder, good, { recursive: true });
    await note(world, 'of another history');
    await (await LedgerSession.open(await world.another(), 'all')).cache();
    cpSync(folder, join(world.scratch, 'strange'), { recursive: true });
    const back = (): void => {
      for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, cached.head ?? '');
      rmSync(join(world.folder, '_report/ledger'), { recursive: true });
    };
    back();
    expect(readdirSync(good).filter((name) => name.startsWith('plan-'))).toHaveLength(2);
    const head = join(folder, 'head.json');
    const planOne = (): string => join(folder, readdirSync(folder).find((name) => name.startsWith('plan-one')) ?? '');
    const harms: readonly (() => void)[] = [
      () => undefined,
      () => rmSync(head),
      () => truncateSync(head, 100),
      () => truncateSync(head),
      () => rmSync(planOne()),
      () => truncateSync(planOne(), 50),
      () => edit(head, /"grants":\d+/, '"grants":77'),
      () => edit(head, /"done":\d+/g, '"done":1'),
      () => edit(planOne(), /"objective":"do a"/, '"objective":"do evil"'),
      () => edit(planOne(), /"status":"ready"/, '"status":"done"'),
      () => cpSync(planOne().replace('plan-one', 'plan-two'), planOne()),
      () => makeFolder(head),
      () => makeFolder(planOne()),
      () => writeFileSync(head, readFileSync(head, 'utf8').replace(/"head":"[0-9a-f]+"/, `"head":"${'ab'.repeat(20)}"`)),
      () => cpSync(join(world.scratch, 'strange'), folder, { recursive: true }),
    ];
    for (const harm of harms) {
      rmSync(folder, { recursive: true });
      cpSync(good, folder, { recursive: true });
      harm();
      expect(await opened()).toBe(state);
      expect(await asked()).toBe(counts);
      await note(world);
      back();
    }
  });
});

it.concurrent.each(['{}', '[]', '{"accepted":{"plan":{"plan_id":"one","steps":7}}}'])('a cached plan forged to be %s: a command says so and how to mend it, whoever reads all folds again', async (text) => {
  await inWorld({}, async (world) => {
    for (const plan_id of ['one', 'two']) {
      world.plan({ plan_id, steps: [once('a', 'true')] });
      expect(await startPlan(await world.another(), plan_id, 'test')).toMatchObject({ ok: true });
    }
    rmSync(join(world.repo.gitDir, 'coo/cache'), { recursive: true });
    const whole = await LedgerSession.open(await world.another(), 'all');
    await whole.cache();
    forgeCachedPlan(join(world.repo.gitDir, 'coo/cache'), 'one', text);
    const claim = { type: 'claim', plan_id: 'one', step_id: 'a', seat: 'dev-1', nonce: 'n', token_sha256: '0'.repeat(64), kind: 'held', at_ms: 1 } as const;
    expect(await wrong(byHand(await world.another(), claim))).toEqual({ code: 'CACHE_TORN', exit: 1 });
    const again = await LedgerSession.open(await world.another(), 'all');
    expect(fingerprint(again.state)).toBe(fingerprint(whole.state));
    await again.cache();
    expect(await byHand(await world.another(), claim)).toMatchObject({ ok: true });
  });
});

it.concurrent('a repository with SHA-256 objects does the main job too', async () => {
  await inWorld({ format: 'sha256' }, async (world) => {
    world.plan({ plan_id: 'wide', steps: [once('a', 'echo a > a.txt', { outputs: ['a.txt'] })] });
    expect(await world.run()).toBe(0);
    expect(world.tree('main')).toContain('a.txt');
    expect(world.repo.git('rev-parse', LEDGER)).toHaveLength(64);
  });
});

it.concurrent('what a newer coo decided is read on, and nothing is appended to it', async () => {
  await inWorld({}, async (world) => {
    await note(world);
    const session = await world.fresh();
    const event = { type: 'moon.landed', plan_id: 'p' } as unknown as Event;
    const seq = session.seq + 1;
    const { bytes } = renderEntry({ schema: 'coo/entry.v1', ledger: world.ledger, seq, prev: session.prev, at: '2030-01-01T00:00:00.000Z', engine: ENGINE + 1, manager: 'newer', epoch: 0, inputs: [], events: [event], files: [] });
    const { root, objects } = await session.tree.put([{ path: entryPath(seq), bytes }]);
    const commit = ledgerCommit({ tree: root, parent: session.head, seq, at_ms: 1, events: [event] });
    await world.world.git.write([...objects, commit]);
    for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, world.world.git.idOf(commit));
    // Twice: what was read once is not remembered as if it were known.
    for (const again of [false, true]) {
      expect((await world.fresh()).newer, String(again)).toEqual({ seq, engine: ENGINE + 1 });
      expect(await wrong(byHand(await world.another(), NOTE))).toEqual({ code: 'ENGINE_NEWER', exit: 7 });
      const manager = world.manager('idle');
      expect([await manager.ended, manager.said('failed')]).toMatchObject([7, [{ failure: 'ENGINE_NEWER' }]]);
      await (await world.session()).cache(true);
    }
    expect(world.repo.git('rev-parse', LEDGER)).toBe(world.world.git.idOf(commit));
  });
});

/** Entries, a manager that worked, and then both refs put back or away; nothing in git's refs knows what was lost. */
async function lostTogether(world: RealWorld, entries: number | 'all'): Promise<string> {
  world.plan({ plan_id: 'p', integrate: 'none', steps: [once('s', 'echo a > a.txt', { outputs: ['a.txt'] })] });
  expect(await world.run()).toBe(0);
  const head = world.repo.git('rev-parse', LEDGER);
  for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ...(entries === 'all' ? ['-d', ref] : [ref, `${head}~${String(entries)}`]));
  return head;
}

it.concurrent.each([3, 'all'] as const)("a branch and what was seen of it taken back together, %s entries: the worktree's copies tell, nothing is appended, and the doctor puts the same commits back", async (entries) => {
  await inWorld({}, async (world) => {
    const head = await lostTogether(world, entries);
    const stands = world.repo.git('for-each-ref', '--format=%(objectname)', LEDGER);
    expect(await wrong(byHand(await world.another(), NOTE))).toEqual({ code: 'LEDGER_REWOUND', exit: 7 });
    expect(await world.manager('idle').ended).toBe(7);
    expect(await wrong(init(await world.another(), { operator: operatorRepo(world.folder, world.world.layout.common), assets: new Map() }))).toEqual(entries === 'all' ? { code: 'LEDGER_REWOUND', exit: 7 } : undefined);
    if (entries === 'all') expect(await wrong(verify(await world.another()))).toEqual({ code: 'LEDGER_REWOUND', exit: 7 });
    else expect((await verify(await world.another())).findings).toMatchObject([{ code: 'BRANCH_MOVED' }, { code: 'COPY_BEYOND', fix: 'coo doctor --repair' }]);
    expect(world.repo.git('for-each-ref', '--format=%(objectname)', LEDGER)).toBe(stands);
    const another = await world.another();
    const session = await LedgerSession.open(another, 'all');
    const found = await shownBeyond(another, session.refs, session.head === null ? undefined : session, [world.folder]);
    expect(found).toMatchObject([{ state: 'bad', fix: 'coo doctor --repair' }]);
    await found[0]?.mend?.run();
    expect(world.repo.git('rev-parse', LEDGER)).toBe(head);
    await note(world);
    expect((await verify(await world.another())).findings).toEqual([]);
  });
});

it.concurrent.each([['rewound', 'LEDGER_FORK'], ['away', 'LEDGER_REWOUND']] as const)('both %s under a living manager: it ends with 7 and names what it had read', async (how, code) => {
  await inWorld({}, async (world) => {
    let head = '';
    const ended = managedHere(world, {}, async (said) => {
      await world.until('an epoch', ({ state }) => state.epoch?.ended === false);
      head = await note(world);
      await eventually(() => 'the note is told', () => said('noted')[0]);
      // What was seen first: behind the branch it is as after a kill, and says nothing.
      for (const ref of [SEEN, LEDGER]) world.repo.git('update-ref', ...(how === 'away' ? ['-d', ref] : [ref, `${head}~2`]));
      world.message('wake', { type: 'note', by: 'me', text: 'wake' });
      await new Promise(() => undefined);
    });
    await expect(ended).rejects.toMatchObject({ code, exit: 7 });
    await expect(ended).rejects.toMatchObject({ fix: expect.stringContaining(`git update-ref ${LEDGER} ${head}; then coo verify`) as string });
    for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, head);
  });
});

it.concurrent.each(['a commit', 'a merge'] as const)("%s of somebody else's on the branch: verify tells the rest with its verdict, and the doctor what to type", async (what) => {
  await inWorld({}, async (world) => {
    const head = await note(world);
    const foreign = world.repo.git('commit-tree', '-m', 'mine', ...(what === 'a merge' ? ['-p', 'main'] : []), '-p', head, `${head}^{tree}`);
    world.repo.git('update-ref', LEDGER, foreign);
    const verified = await verify(await world.another());
    expect(verified).toMatchObject({ ok: false, commit: head, verdict: { mode: 'dev' }, findings: [{ code: 'LEDGER_FOREIGN', path: LEDGER, fix: expect.stringContaining(`git branch ledger-aside ${foreign} && git update-ref ${LEDGER} ${head}`) as string }] });
    const found = await lostEnd(await world.another(), refNames(DEFAULT_PREFIX));
    expect(found).toMatchObject([{ state: 'bad', fix: expect.stringContaining(`git update-ref ${LEDGER} ${head}`) as string }]);
    world.repo.git('update-ref', LEDGER, head);
    expect((await verify(await world.another())).ok).toBe(true);
  });
});
