// Each check of `coo doctor`, red and green, in real repositories; and what `--repair` mends.
import { cpSync, closeSync, existsSync, linkSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { osMachine } from '../../src/adapters/machine/os-machine.ts';
import { byHand } from '../../src/app/operations/by-hand.ts';
import type { CheckName, Finding, Patient } from '../../src/app/operations/doctor/check.ts';
import { meantSeats } from '../../src/app/operations/doctor/meant-seats.ts';
import { sandboxCheck } from '../../src/app/operations/doctor/sandbox.ts';
import { doctor } from '../../src/app/operations/doctor/doctor.ts';
import type { Diagnosis, DoctorOptions } from '../../src/app/operations/doctor/doctor.ts';
import type { LedgerSession } from '../../src/app/ledger/session.ts';
import type { LedgerWorld, World } from '../../src/app/world.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import type { Machine, Watches } from '../../src/ports/machine.ts';
import { scratch } from '../support/cli.ts';
import type { Scratch } from '../support/cli.ts';
import { forgeCachedPlan } from '../support/forged-cache.ts';
import { byHand as stepByHand, once } from '../support/plans.ts';
import { signal } from '../support/processes.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { SEARCH_PATH } from '../support/repo.ts';

const LEDGER = 'refs/heads/coo/ledger';
const SEEN = 'refs/coo/seen';

interface Visit extends Partial<Pick<DoctorOptions, 'seat' | 'repair'>> {
  readonly machine?: Partial<Machine>;
  readonly world?: (world: LedgerWorld) => LedgerWorld;
  readonly folder?: string;
  /** Worktrees beside it. */
  readonly others?: readonly string[];
}

/** The doctor in a world, on this machine but for what the visit says. */
async function visit(world: RealWorld, { machine, world: change = (one) => one, folder = world.folder, others = [], seat, repair = false }: Visit = {}): Promise<Diagnosis> {
  const opened: World[] = [];
  try {
    return await doctor({
      machine: { ...osMachine({ node: process.versions.node, searchPath: SEARCH_PATH }), ...machine },
      open: async () => change(await world.another(folder)),
      worktrees: async () => Promise.resolve([folder, ...others]),
      whole: async () => {
        const whole = await wireWorld(folder, world.env, { say: () => undefined }, [process.execPath]);
        opened.push(whole);
        return whole;
      },
      repair,
      ...(seat === undefined ? {} : { seat }),
    });
  } finally {
    for (const whole of opened) {
      await whole.work.close();
      await whole.git.close();
    }
  }
}

/** How one thing stands, the worst first. */
function worst({ findings }: Diagnosis, check: CheckName): Finding {
  const order = ['bad', 'warn', 'skipped', 'ok'];
  const [first] = findings.filter((finding) => finding.check === check).toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  if (first === undefined) throw new Error(`nothing about ${check}`);
  return first;
}

async function stands(world: RealWorld, check: CheckName, options: Visit = {}): Promise<string> {
  return worst(await visit(world, options), check).state;
}

/** What was red is mended, says so, and is green. */
async function mends(world: RealWorld, check: CheckName, state: 'warn' | 'bad'): Promise<void> {
  expect(worst(await visit(world), check)).toMatchObject({ state, repair: expect.any(String) as string });
  const after = await visit(world, { repair: true });
  expect(after.repaired).toEqual([{ check, done: true, message: expect.any(String) as string }]);
  expect(worst(after, check).state).toBe('ok');
}

const inside = (world: RealWorld, path: string): string => join(world.repo.gitDir, path);

describe('programs and the machine', () => {
  it('in a sound repository nothing is bad, before init and after, and looking makes nothing', async () => {
    await inWorld({}, async (world) => {
      const bare = join(world.scratch, 'bare');
      mkdirSync(bare);
      execFileSync('git', ['init', '-q', bare], { env: world.env });
      const before = readdirSync(join(bare, '.git'));
      const fresh = await visit(world, { folder: bare });
      expect(fresh.findings.filter(({ state }) => state === 'bad')).toEqual([]);
      expect(worst(fresh, 'ledger')).toMatchObject({ state: 'warn', fix: 'coo init' });
      expect(readdirSync(join(bare, '.git'))).toEqual(before);
      const after = await visit(world);
      expect(after).toMatchObject({ schema: 'coo/doctor.v1', ok: true, repaired: [] });
      expect(after.findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    });
  });

  it.each([
    ['node', { node: '22.1.0' }, 'bad'],
    ['git', { git: async () => Promise.resolve({ ok: true, version: 'git version 2.30.1' } as const) }, 'bad'],
    ['git', { git: async () => Promise.resolve({ ok: false, why: 'ENOENT' } as const) }, 'bad'],
    ['watches', { watches: (): Watches => ({ instances: { used: 128, most: 128 }, watches: { used: 1, most: 8_192 } }) }, 'warn'],
    ['watches', { watches: (): undefined => undefined }, 'skipped'],
    ['watches', { unwatchable: (): string => 'ENOSPC: System limit for number of file watchers reached' }, 'warn'],
    ['files', { mount: () => 'nfs4' }, 'warn'],
    ['seats', { program: () => undefined }, 'bad'],
  ] as const)('%s that is not fit (%o) is %s', async (check, machine, state) => {
    await inWorld({}, async (world) => {
      const found = worst(await visit(world, { machine }), check);
      expect(found).toMatchObject({ state });
      if (state !== 'skipped') expect(found.fix).toBeDefined();
    });
  });

  it.each([
    [undefined, 'ok', 'no seat asks for a sandbox (no bwrap)'],
    ['auto', 'warn', 'no bwrap: dev-1 work without a sandbox'],
    ['required', 'bad', 'no bwrap: nothing starts for dev-1'],
  ] as const)('without a sandbox a seat that says %s is %s', async (sandbox, state, message) => {
    const machine = { sandbox: async () => Promise.resolve({ ok: false, code: 'SANDBOX_MISSING', message: 'no bwrap', fix: 'install it' } as const) };
    const seats = new Map([['dev-1', { seat: { seat: 'dev-1', ...(sandbox === undefined ? {} : { sandbox }) } }]]);
    const [found] = await sandboxCheck({ machine, session: { state: { seats } } } as unknown as Patient);
    expect(found).toEqual({ check: 'sandbox', state, message, ...(state === 'ok' ? {} : { fix: 'install it' }) });
    const [governed] = await sandboxCheck({ machine, session: { state: { seats, org: { mode: 'governed' } } } } as unknown as Patient);
    if (sandbox !== 'auto') expect(governed).toMatchObject({ state: 'bad', message: 'no bwrap: nothing starts for dev-1' });
  });

  it('git and programs are really asked', async () => {
    await inWorld({}, async (world) => {
      const bin = join(world.scratch, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'git'), '#!/bin/sh\necho git version 2.20.0\n', { mode: 0o755 });
      const old = osMachine({ node: '24.0.0', searchPath: bin });
      expect(worst(await visit(world, { machine: { git: async () => old.git(), program: (name) => old.program(name) } }), 'git').message).toBe('git version 2.20.0 is too old: coo needs 2.39');
      expect([old.program('git'), old.program('sh')]).toEqual([join(bin, 'git'), undefined]);
      const used = old.watches();
      if (existsSync('/proc/sys/fs/inotify')) expect(used?.watches.most).toBeGreaterThan(0);
    });
  });

  it('room is counted in blocks, what is linked twice once', async () => {
    const top = realpathSync(mkdtempSync(join(tmpdir(), 'coo-bytes-')));
    const machine = osMachine({ node: '24.0.0', searchPath: SEARCH_PATH });
    const empty = await machine.bytes(top);
    writeFileSync(join(top, 'a'), 'x'.repeat(100_000));
    const one = await machine.bytes(top);
    linkSync(join(top, 'a'), join(top, 'b'));
    symlinkSync('/', join(top, 'c'));
    expect([one - empty >= 100_000, await machine.bytes(join(top, 'none'))]).toEqual([true, 0]);
    expect((await machine.bytes(top)) - one).toBeLessThan(10_000);
    rmSync(top, { recursive: true });
  });

  it('a disk that cannot be written to, and one without room', async () => {
    await inWorld({}, async (world) => {
      const unfit = (one: LedgerWorld): LedgerWorld => ({ ...one, files: { ...one.files, create: async () => Promise.reject(new Error('EROFS')) } });
      expect(worst(await visit(world, { world: unfit }), 'files')).toMatchObject({ state: 'bad', message: expect.stringContaining('EROFS') as string });
      const full = (one: LedgerWorld): LedgerWorld => ({ ...one, files: { ...one.files, free: async () => Promise.resolve(1_000) } });
      expect(worst(await visit(world, { world: full }), 'disk')).toMatchObject({ state: 'bad', message: expect.stringContaining('1000 B are free') as string, fix: expect.stringContaining('coo gc') as string });
    });
  });

  it('a clock that jumps, of another century, or behind the ledger', async () => {
    await inWorld({}, async (world) => {
      const clock = systemClock();
      let looks = 0;
      const jumps = { ...clock, now: () => clock.now() + (looks++ === 0 ? 0 : 5_000) };
      expect(await stands(world, 'clock', { world: (one) => ({ ...one, clock: jumps }) })).toBe('warn');
      expect(await stands(world, 'clock', { world: (one) => ({ ...one, clock: { ...clock, now: () => 1_000 } }) })).toBe('bad');
      expect(worst(await visit(world, { world: (one) => ({ ...one, clock: { ...clock, now: () => clock.now() - 3_600_000 } }) }), 'clock').message).toContain('the last entry of the ledger');
    });
  });
});

describe('locks', () => {
  it("a git's that is held is told with its holder; one that is left is bad, and is never removed", async () => {
    await inWorld({}, async (world) => {
      const path = inside(world, 'index.lock');
      const fd = openSync(path, 'wx');
      expect(worst(await visit(world, { repair: true }), 'locks')).toMatchObject({ state: 'warn', message: expect.stringContaining(`pid ${String(process.pid)}`) as string });
      closeSync(fd);
      expect(worst(await visit(world, { repair: true }), 'locks')).toMatchObject({ state: 'bad', fix: expect.stringContaining(`rm ${path}`) as string });
      expect(existsSync(path)).toBe(true);
      rmSync(path);
      expect(await stands(world, 'locks')).toBe('ok');
    });
  });

  it("a ref's that a dead appender left is removed, a stranger's is not", async () => {
    await inWorld({}, async (world) => {
      const path = inside(world, `${LEDGER}.lock`);
      const head = world.repo.git('rev-parse', LEDGER);
      writeFileSync(path, '');
      const stranger = await visit(world, { repair: true });
      expect(stranger.repaired).toMatchObject([{ check: 'locks', done: false }]);
      expect([worst(stranger, 'locks').state, existsSync(path)]).toEqual(['bad', true]);
      const { fix = '', repair } = worst(stranger, 'locks');
      expect([fix.includes(`rm ${path}`), fix.includes('--repair'), repair]).toEqual([true, false, undefined]);
      const owner = { ...world.world.processes.self(), started: '1', nonce: 'dead' };
      mkdirSync(inside(world, 'coo/appenders'), { recursive: true });
      writeFileSync(inside(world, 'coo/appenders/dead-1'), `${JSON.stringify(owner)}\n${JSON.stringify({ turn: 1, git: null, moving: [{ ref: LEDGER, after: head }] })}\n`);
      await mends(world, 'locks', 'bad');
      expect(existsSync(path)).toBe(false);
    });
  });

  it("the queue's that is stale is taken over, one that is fresh is left", async () => {
    await inWorld({}, async (world) => {
      const release = await world.world.queue.turn(1_000);
      expect(worst(await visit(world, { repair: true }), 'locks')).toMatchObject({ state: 'ok', message: 'a publisher has its turn' });
      await release?.();
      mkdirSync(inside(world, 'coo/queue.lock'));
      utimesSync(inside(world, 'coo/queue.lock'), 1, 1);
      await mends(world, 'locks', 'warn');
    });
  });
});

describe('the home and the ledger', () => {
  it('a copied folder, a clone, and a clone that stopped writing', async () => {
    await inWorld({}, async (world) => {
      const copy = join(world.scratch, 'copy');
      cpSync(world.folder, copy, { recursive: true });
      expect(worst(await visit(world, { folder: copy }), 'home')).toMatchObject({ state: 'bad', message: expect.stringContaining('this repository is a copy') as string });
      const clone = join(world.scratch, 'clone');
      execFileSync('git', ['clone', '-q', world.folder, clone], { env: world.env });
      expect(worst(await visit(world, { folder: clone }), 'home')).toMatchObject({ state: 'ok', message: expect.stringContaining('not the home') as string });
      const mark = readFileSync(inside(world, 'coo/home.json'));
      rmSync(inside(world, 'coo/home.json'));
      expect(worst(await visit(world), 'home')).toMatchObject({ state: 'warn', message: expect.stringContaining('home.json is gone') as string, fix: expect.stringContaining('coo init --rehome --reason') as string });
      writeFileSync(inside(world, 'coo/home.json'), mark);
      writeFileSync(inside(world, 'coo/halted.json'), '{"why":"EIO"}\n');
      expect(worst(await visit(world), 'home')).toMatchObject({ state: 'bad', message: expect.stringContaining('EIO') as string });
      await mends(world, 'home', 'bad');
      // What does not verify stays stopped.
      const whole = world.repo.git('rev-parse', LEDGER);
      world.repo.git('update-ref', LEDGER, world.repo.git('commit-tree', '-m', 'mine', '-p', whole, `${whole}^{tree}`));
      writeFileSync(inside(world, 'coo/halted.json'), '{"why":"EIO"}\n');
      expect((await visit(world, { repair: true })).repaired).toContainEqual({ check: 'home', done: false, message: expect.stringContaining('which coo did not make') as string });
      expect(existsSync(inside(world, 'coo/halted.json'))).toBe(true);
    });
  });

  it('the end of the ledger that was taken off is put back from what this clone remembers', async () => {
    await inWorld({}, async (world) => {
      const before = world.repo.git('rev-parse', LEDGER);
      await byHand(await world.another(), { type: 'note', by: 'test', text: 'hello', at_ms: 1 });
      const whole = world.repo.git('rev-parse', LEDGER);
      for (const left of [before, undefined]) {
        if (left === undefined) world.repo.git('update-ref', '-d', LEDGER);
        else world.repo.git('update-ref', LEDGER, left);
        await mends(world, 'ledger', 'bad');
        expect(world.repo.git('rev-parse', LEDGER)).toBe(whole);
      }
    });
  });

  it("a ledger of somebody else's in its place is bad and left, and the rest is still told", async () => {
    await inWorld({}, async (world) => {
      const before = world.repo.git('rev-parse', LEDGER);
      const [here, there] = [await world.another(), await world.another()];
      await byHand(here, { type: 'note', by: 'test', text: 'hello', at_ms: 1 });
      const seen = world.repo.git('rev-parse', LEDGER);
      for (const ref of [LEDGER, SEEN]) world.repo.git('update-ref', ref, before);
      rmSync(join(world.folder, '_report/ledger'), { recursive: true });
      await byHand(there, { type: 'note', by: 'test', text: 'another', at_ms: 1 });
      const theirs = world.repo.git('rev-parse', LEDGER);
      world.repo.git('update-ref', SEEN, seen);
      rmSync(inside(world, 'coo/cache'), { recursive: true });
      const found = await visit(world, { repair: true });
      expect(found.ok).toBe(false);
      expect(worst(found, 'ledger')).toMatchObject({ state: 'bad', fix: expect.stringContaining('git update-ref') as string });
      expect([worst(found, 'manager').state, worst(found, 'config').state]).toEqual(['skipped', 'ok']);
      expect(world.repo.git('rev-parse', LEDGER)).toBe(theirs);
    });
  });

  it('files of the record that git lost come back from their copies, byte for byte', async () => {
    await inWorld({}, async (world) => {
      world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
      expect(await world.run()).toBe(0);
      const lose = (path: string): string => {
        const id = world.repo.git('rev-parse', `${LEDGER}:${path}`);
        rmSync(inside(world, `objects/${id.slice(0, 2)}/${id.slice(2)}`));
        return id;
      };
      const ids = ['_report/ledger/000/000/002.json', '_bus/orders/p/a.1.json'].map(lose);
      await mends(world, 'ledger', 'bad');
      for (const id of ids) expect(world.repo.git('cat-file', '-t', id)).toBe('blob');
      // A copy that was changed is none.
      lose('_report/ledger/000/000/002.json');
      writeFileSync(join(world.folder, '_report/ledger/000/000/002.json'), '{}\n');
      expect(worst(await visit(world, { repair: true }), 'ledger')).toMatchObject({ state: 'bad', message: expect.stringContaining('1 files of the record') as string });
    });
  });

  it('refs that a kill left behind are moved on; a branch that somebody moved is left', async () => {
    await inWorld({}, async (world) => {
      const before = world.repo.git('rev-parse', SEEN);
      world.plan({ plan_id: 'p', integrate: 'none', steps: [once('a', 'echo a > a.txt')] });
      expect(await world.run()).toBe(0);
      const tip = world.repo.git('rev-parse', 'refs/heads/coo/p');
      world.repo.git('update-ref', SEEN, before);
      await mends(world, 'refs', 'warn');
      expect(world.repo.git('rev-parse', SEEN)).toBe(world.repo.git('rev-parse', LEDGER));
      world.repo.git('update-ref', 'refs/heads/coo/p', world.repo.git('rev-parse', 'main'));
      await mends(world, 'refs', 'warn');
      expect(world.repo.git('rev-parse', 'refs/heads/coo/p')).toBe(tip);
      const foreign = world.repo.git('commit-tree', '-m', 'mine', '-p', tip, `${tip}^{tree}`);
      world.repo.git('update-ref', 'refs/heads/coo/p', foreign);
      const found = await visit(world, { repair: true });
      expect(worst(found, 'refs')).toMatchObject({ state: 'bad', fix: expect.stringContaining(`git update-ref refs/heads/coo/p ${tip}`) as string });
      expect(world.repo.git('rev-parse', 'refs/heads/coo/p')).toBe(foreign);
    });
  });

  it('caches, the quarantine, the mirror and the excludes are made again', async () => {
    await inWorld({}, async (world) => {
      world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
      expect(await world.run()).toBe(0);
      truncateSync(inside(world, 'coo/cache/head.json'), 20);
      await mends(world, 'cache', 'warn');
      forgeCachedPlan(inside(world, 'coo/cache'), 'p', '{}');
      await mends(world, 'cache', 'warn');
      renameSync(inside(world, 'coo/cache'), inside(world, 'aside'));
      writeFileSync(inside(world, 'coo/cache'), 'no folder\n');
      expect(worst(await visit(world, { repair: true }), 'cache')).toMatchObject({ state: 'warn', message: expect.stringContaining('is a file, not a folder') as string });
      rmSync(inside(world, 'coo/cache'));
      await mends(world, 'cache', 'warn');
      rmSync(inside(world, 'coo/attempts.git/HEAD'));
      await mends(world, 'quarantine', 'warn');
      rmSync(join(world.folder, '_report/ledger'), { recursive: true });
      await mends(world, 'mirror', 'warn');
      expect(existsSync(join(world.folder, '_report/ledger/000/000/001.json'))).toBe(true);
      writeFileSync(inside(world, 'info/exclude'), '# mine');
      await mends(world, 'excludes', 'warn');
      expect(readFileSync(inside(world, 'info/exclude'), 'utf8')).toMatch(/^# mine\n.*\n\/_bus\/\n\/_report\/\n$/);
      expect(await visit(world)).toMatchObject({ ok: true });
    });
  });
});

it('the mirror is mended in a worktree where coo showed orders, and not in one where somebody made a bare _bus', async () => {
  await inWorld({}, async (world) => {
    world.plan({ plan_id: 'p', steps: [once('a', 'echo a > a.txt')] });
    expect(await world.run()).toBe(0);
    const linked = join(world.scratch, 'linked');
    world.repo.git('worktree', 'add', '-q', '--detach', linked, 'main');
    mkdirSync(join(linked, '_bus'));
    expect(await visit(world, { others: [linked], repair: true })).toMatchObject({ ok: true, repaired: [] });
    expect(existsSync(join(linked, '_report/ledger'))).toBe(false);
    mkdirSync(join(linked, '_bus/orders'));
    expect((await visit(world, { others: [linked], repair: true })).repaired).toMatchObject([{ check: 'mirror', done: true }]);
    expect(existsSync(join(linked, '_report/ledger'))).toBe(true);
  });
});

describe('who works here', () => {
  it('a coo.yaml that does not read, is a link, or is not there', async () => {
    await inWorld({}, async (world) => {
      const path = join(world.folder, '_plans/coo.yaml');
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replace('"workers"', '"workerz"').replace('"wall"', '"wal"').replace('"lease"', '"leese"'));
      expect(worst(await visit(world), 'config')).toMatchObject({ state: 'bad', message: expect.stringMatching(/^_plans\/coo\.yaml:[0-9]+: .*\[UNKNOWN_FIELD\]$/) as string, fix: expect.any(String) as string });
      rmSync(path);
      expect(await stands(world, 'config')).toBe('warn');
      symlinkSync('elsewhere', path);
      expect(await stands(world, 'config')).toBe('bad');
    });
  });

  it('one seat alone; an unknown one is a usage error', async () => {
    await inWorld({}, async (world) => {
      expect(worst(await visit(world, { seat: 'dev-1', machine: { program: () => undefined } }), 'seats').message).toContain('dev-1 needs sh');
      expect(await stands(world, 'seats', { seat: 'you', machine: { program: () => undefined } })).toBe('ok');
      await expect(visit(world, { seat: 'nobody' })).rejects.toMatchObject({ code: 'SEAT_UNKNOWN', exit: 2 });
    });
  });

  it('a seat that was just written is tried before a manager takes it over, and nothing of it is recorded; not in governed mode', async () => {
    await inWorld({}, async (world) => {
      const path = join(world.folder, '_plans/coo.yaml');
      const before = readFileSync(path, 'utf8');
      const head = world.repo.git('rev-parse', LEDGER);
      const command = ['sh', '-c', `printf '%s\\n' '{"type":"done","summary":"ready"}'`];
      const org = JSON.parse(before) as { readonly seats: readonly object[] };
      writeFileSync(path, JSON.stringify({ ...org, seats: [...org.seats, { seat: 'fresh', roles: ['writer'], harness: 'command', command }] }, null, 2));
      const { findings } = await visit(world, { seat: 'fresh' });
      expect(findings.filter(({ check }) => ['seats', 'agents'].includes(check)).map(({ message }) => message)).toEqual(['fresh (of _plans/coo.yaml, not taken over yet) finds its program', expect.stringMatching(/^fresh \(of _plans\/coo\.yaml, not taken over yet\): .* said "ready"/)]);
      expect(world.repo.git('rev-parse', LEDGER)).toBe(head);
      const session = await world.session();
      const governed = { state: { seats: new Map(), org: { mode: 'governed' } } } as unknown as LedgerSession;
      expect(await meantSeats({ session: governed, world: session.world, seat: 'fresh' })).toEqual({ seats: [], name: 'fresh' });
      writeFileSync(path, '{');
      await expect(visit(world, { seat: 'fresh' })).rejects.toMatchObject({ code: 'SEAT_UNKNOWN', exit: 2 });
    });
  });

  it('a manager that lives, hangs, is stopped, died', async () => {
    await inWorld({}, async (world) => {
      world.plan({ plan_id: 'p', steps: [stepByHand('a', { role: 'thinker' })] });
      const manager = world.manager('stopped');
      await world.untilStep('p/a', 'ready');
      expect(await stands(world, 'manager')).toBe('ok');
      const later = systemClock();
      expect(worst(await visit(world, { world: (one) => ({ ...one, clock: { ...later, now: () => later.now() + 200_000 } }) }), 'manager')).toMatchObject({ state: 'bad', message: expect.stringContaining('it hangs') as string, fix: expect.stringContaining('coo run --takeover') as string });
      signal(manager.pid, 'SIGSTOP');
      expect(worst(await visit(world), 'manager')).toMatchObject({ state: 'bad', fix: expect.stringContaining(`kill -CONT ${String(manager.pid)}`) as string });
      signal(manager.pid, 'SIGCONT');
      await manager.kill();
      expect(worst(await visit(world), 'manager')).toMatchObject({ state: 'warn', fix: 'coo run' });
    });
  });

  it('a manager at work is no cause for alarm, and --repair mends nothing under its hands', async () => {
    await inWorld({ seats: 2 }, async (world) => {
      world.plan({ plan_id: 'p', steps: Array.from({ length: 12 }, (_, at) => once(`s${String(at)}`, `echo ${String(at)} > f${String(at)}.txt`)) });
      const manager = world.manager('idle');
      await world.untilStep('p/s0', 'claimed', 'running', 'checking', 'done');
      for (let looks = 0; looks < 6; looks += 1) {
        const found = await visit(world, { repair: true });
        expect([found.repaired, found.findings.filter(({ state }) => state !== 'ok')]).toEqual([[], []]);
      }
      expect(await manager.ended).toBe(0);
    });
  });

  it("in an attempt's workspace the ledger is said to be elsewhere", async () => {
    await inWorld({}, async (world) => {
      world.plan({ plan_id: 'p', steps: [once('a', 'exit 1')] });
      expect(await world.run()).toBe(1);
      const folder = join(world.scratch, 'state/coo', world.ledger, 'p.a.1');
      expect(worst(await visit(world, { folder }), 'ledger')).toEqual({ check: 'ledger', state: 'warn', message: expect.stringContaining('is the workspace of an attempt (p.a.1)') as string, fix: `coo -C ${world.folder} status` });
    });
  });

  it('what ended attempts left is weighed', async () => {
    await inWorld({}, async (world) => {
      world.plan({ plan_id: 'p', steps: [once('a', 'head -c 2000000 /dev/urandom > big; exit 1')] });
      expect(await world.run()).toBe(1);
      expect(worst(await visit(world), 'leftovers').message).toMatch(/^1 ended attempts left [2-9](?:\.[0-9])? MiB; coo gc/);
    });
  });
});

describe('on the command line', () => {
  let place: Scratch;
  beforeEach(() => {
    place = scratch();
  });
  afterEach(() => place.remove());

  it('exits 0 where nothing is bad, 1 where something is, and runs outside of a repository', async () => {
    const repo = dirname(place.write(join(place.top, 'repo/a.txt'), 'one\n'));
    expect(await place.coo(repo, 'doctor', '--json')).toMatchObject({ code: 1, stdout: expect.stringContaining('"check":"repository","state":"bad"') as string });
    place.git(repo, 'init', '-q', '-b', 'main');
    expect(await place.coo(repo, 'doctor')).toMatchObject({ code: 0, stdout: expect.stringContaining(`warn    ledger     there is no ledger in ${repo}\n  next:  coo init`) as string });
    await place.coo(repo, 'init', '--yes');
    place.write(join(repo, '.git/info/exclude'), '');
    const repaired = await place.coo(repo, 'doctor', '--repair');
    expect(repaired).toMatchObject({ code: 0, stdout: expect.stringMatching(/^mended {2}excludes {3}/) as string });
    expect(await place.coo(repo, 'status', '--disk')).toMatchObject({ code: 0, stdout: expect.stringMatching(/disk: .* free; \.git\/coo [0-9.]+ KiB, workspaces 0 B, kept set-ups 0 B\n$/) as string });
    place.write(join(repo, '.git/index.lock'), '');
    expect(await place.coo(repo, 'doctor')).toMatchObject({ code: 1, stdout: expect.stringContaining('1 bad, 0 to look at') as string });
    expect(await place.coo(repo, 'doctor', '--seat', 'nobody', '--json')).toMatchObject({ code: 2, stdout: expect.stringContaining('SEAT_UNKNOWN') as string });
  });
});
