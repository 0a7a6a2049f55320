// What set-up makes is kept for attempts that would make the same: never shared by a write, never half, never what a step made.
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { diskFiles } from '../../src/adapters/files/disk-files.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { systemRandom } from '../../src/adapters/random/system-random.ts';
import { diskTrees } from '../../src/adapters/trees/copy-tree.ts';
import { LedgerSession } from '../../src/app/ledger/session.ts';
import { layoutOf } from '../../src/app/layout.ts';
import { gc } from '../../src/app/operations/gc.ts';
import { UNCONFINED, runIn } from '../../src/app/worker/cell.ts';
import { redactor } from '../../src/app/worker/redact.ts';
import { runSetup } from '../../src/app/worker/setup.ts';
import type { World } from '../../src/app/world.ts';
import { wireWorld } from '../../src/bin/wire.ts';
import type { CommandRecord, Run } from '../../src/format/run.ts';
import type { SetupCache } from '../../src/kernel/org.ts';
import { ORDER } from '../format/samples.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { SEARCH_PATH } from '../support/repo.ts';

/** Installs what the lock file names, and counts how often it ran. */
function install(more = ''): readonly string[] {
  return [`echo "$COO_ORDER" >> "$HOME/ran"; mkdir -p deps/bin; cp lock deps/made-of; echo tool > deps/bin/tool; chmod 750 deps/bin/tool; ln -s bin/tool deps/link; mkdir deps/empty${more}`];
}

const CACHE = { key: ['lock'], paths: ['deps'] };
const FILES = { lock: 'one\n', '.gitignore': 'deps\n' };

const ran = (world: RealWorld): readonly string[] => (existsSync(join(world.scratch, 'home/ran')) ? readFileSync(join(world.scratch, 'home/ran'), 'utf8').trim().split('\n') : []);
const folderOf = (world: RealWorld): string => join(world.scratch, 'state/coo', world.ledger, '.cache');
const entries = (world: RealWorld): readonly string[] => (existsSync(folderOf(world)) ? readdirSync(folderOf(world)) : []);

async function runs(world: RealWorld, plan_id: string, ...commands: readonly string[]): Promise<void> {
  world.plan({ plan_id, steps: commands.map((command, at) => once(`s${String(at)}`, command, at === 0 ? {} : { depends_on: [`s${String(at - 1)}`] })) });
  expect(await world.run()).toBe(0);
}

/** Run receipts, the oldest first. */
function receipts(world: RealWorld): readonly Run[] {
  const paths = world.repo.git('ls-tree', '-r', '--name-only', 'refs/heads/coo/ledger').split('\n').filter((path) => /^_report\/agent\/.*\/runs\/.*\.json$/.test(path));
  const all = paths.map((path) => JSON.parse(world.repo.git('show', `refs/heads/coo/ledger:${path}`)) as Run);
  return all.toSorted((a, b) => a.started_at.localeCompare(b.started_at));
}

it('a second attempt gets it, as it was made, and its receipt says so', async () => {
  await inWorld({ setup: install(), cache: CACHE, files: FILES, checks: ['test -e deps/bin/tool'] }, async (world) => {
    const look = `(cd deps && find . -printf '%p %y %m %s %l\\n' | sort) > '${world.out('seen')}.'"$COO_STEP"; echo "$COO_STEP" > "$COO_STEP"`;
    await runs(world, 'p', look, look);
    expect(ran(world)).toEqual(['p.s0.1']);
    expect(readFileSync(world.out('seen.s1'), 'utf8')).toBe(readFileSync(world.out('seen.s0'), 'utf8'));
    expect(entries(world)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/) as string]);
    const [first, second] = receipts(world).map(({ commands }) => commands.filter(({ phase }) => phase === 'setup'));
    expect(first).toMatchObject([{ exit: 0 }]);
    expect(first?.[0]).not.toHaveProperty('cached');
    expect(second).toEqual([{ ...first?.[0], cached: entries(world)[0] }]);
  });
});

it('what a step writes into it is seen by no other attempt, and by no check', async () => {
  await inWorld({ setup: install(), cache: CACHE, files: FILES, checks: ['test "$(cat deps/bin/tool)" = tool && test ! -e deps/new'] }, async (world) => {
    const poison = 'echo poison >> deps/bin/tool; echo poison > deps/new; chmod 777 deps/bin/tool; rm -r deps/empty; echo 1 > "$COO_STEP"';
    await runs(world, 'p', poison, `test "$(cat deps/bin/tool)" = tool && test ! -e deps/new && test -d deps/empty && ${poison}`, 'test "$(cat deps/bin/tool)" = tool');
    expect(ran(world)).toEqual(['p.s0.1']);
  });
});

it('what is checked may change what set-up does: its set-up is not kept', async () => {
  await inWorld({ setup: install(), cache: CACHE, files: FILES, checks: ['test -d deps/empty'] }, async (world) => {
    await runs(world, 'p', 'echo two > lock');
    // The attempt's own, and the check's of the candidate with another lock file.
    expect(ran(world)).toEqual(['p.s0.1', 'p.s0.1.check']);
    expect(entries(world).length).toBe(1);
  });
});

/** Workspaces one after the other, set up as attempts are, without the rest of an attempt. */
class Bench {
  readonly #top = realpathSync(mkdtempSync(join(tmpdir(), 'coo-cache-')));
  #count = 0;

  get entries(): readonly string[] {
    return existsSync(this.#folder) ? readdirSync(this.#folder) : [];
  }

  /** The only entry. */
  get entry(): string {
    return join(this.#folder, this.entries[0] ?? '');
  }

  get #folder(): string {
    return join(this.#top, 'state/coo/ledger/.cache');
  }

  remove(): void {
    rmSync(this.#top, { recursive: true });
  }

  /** Sets a fresh workspace up. */
  async setUp({ setup = install(), cache = CACHE, files = FILES, keep = true, env = {} }: { setup?: readonly string[]; cache?: SetupCache; files?: Readonly<Record<string, string>>; keep?: boolean; env?: Readonly<Record<string, string>> } = {}): Promise<{ readonly folder: string; readonly records: readonly CommandRecord[]; readonly cached: boolean }> {
    this.#count += 1;
    const name = `a${String(this.#count)}`;
    const folder = join(this.#top, name);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const clock = systemClock();
    const layout = layoutOf({ worktree: null, common: join(this.#top, 'git'), stateHome: join(this.#top, 'state') });
    const world = { clock, files: diskFiles({ nonce: name }), processes: osProcesses({ clock, nonce: name }), random: systemRandom(), trees: diskTrees(), layout } as unknown as World;
    const given = { PATH: SEARCH_PATH, HOME: this.#top, ...env };
    const bench = { world, run: runIn(world.processes, UNCONFINED), layout, folder, env: given, marker: name, limits: ORDER.limits, redactor: redactor({ scan: async () => Promise.resolve([]) }, []), signal: new AbortController().signal };
    const order = { ...ORDER, setup, cache, env: Object.keys(given) };
    const records = await runSetup({ world, ledger: 'ledger', order, bench, keep }, { deadline: clock.monotonic() + 60_000, eachMs: 60_000 });
    return { folder, records, cached: records.some((record) => record.cached !== undefined) };
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.remove());

it.each([
  ['another key file', { files: { ...FILES, lock: 'two\n' } }],
  ['a key file gone', { files: { other: 'x' } }],
  ['another command', { setup: install('; true') }],
  ['another variable', { env: { NODE_ENV: 'production' } }],
  ['other paths', { cache: { key: ['lock'], paths: ['deps', 'more'] } }],
] as const)('%s: set up anew, and kept beside the other', async (_what, other) => {
  await bench.setUp();
  expect((await bench.setUp()).cached).toBe(true);
  expect((await bench.setUp(other)).cached).toBe(false);
  expect((await bench.setUp(other)).cached).toBe(true);
  expect(bench.entries.length).toBe(2);
});

it.each([
  ['a file cut short', (entry: string): void => truncateSync(join(entry, '0/bin/tool'), 1)],
  ['a file changed', (entry: string): void => appendFileSync(join(entry, '0/bin/tool'), 'x')],
  ['a file changed for one of its size', (entry: string): void => writeFileSync(join(entry, '0/bin/tool'), 'fool\n')],
  ['other rights', (entry: string): void => chmodSync(join(entry, '0/bin/tool'), 0o777)],
  ['a file more', (entry: string): void => writeFileSync(join(entry, '0/more'), 'x')],
  ['a folder gone', (entry: string): void => rmSync(join(entry, '0/empty'), { recursive: true })],
  ['a FIFO in it', (entry: string): void => void execFileSync('mkfifo', [join(entry, '0/fifo')])],
  ['no mark that it is whole', (entry: string): void => rmSync(join(entry, 'whole.json'))],
  ['a mark that is torn', (entry: string): void => truncateSync(join(entry, 'whole.json'), 40)],
  ['a mark that says other records', (entry: string): void => writeFileSync(join(entry, 'whole.json'), readFileSync(join(entry, 'whole.json'), 'utf8').replace('"exit":0', '"exit":"0"'))],
] as const)('an entry with %s is not used, and is made anew', async (_what, spoil) => {
  const made = (folder: string): readonly string[] => (readdirSync(join(folder, 'deps'), { recursive: true }) as string[]).toSorted();
  const first = await bench.setUp();
  spoil(bench.entry);
  const second = await bench.setUp();
  expect([second.cached, made(second.folder)]).toEqual([false, made(first.folder)]);
  const third = await bench.setUp();
  expect([third.cached, made(third.folder), statSync(join(third.folder, 'deps/bin/tool')).mode & 0o777, bench.entries.length]).toEqual([true, made(first.folder), 0o750, 1]);
});

it('two that set up at once: one entry is kept, whole', async () => {
  const both = await Promise.all([bench.setUp(), bench.setUp(), bench.setUp()]);
  expect(both.map(({ cached }) => cached)).toEqual([false, false, false]);
  expect(bench.entries.length).toBe(1);
  expect((await bench.setUp()).cached).toBe(true);
});

it.each([
  ['set-up fails', { setup: [...install(), 'false'] }],
  ['nothing is to be kept', { keep: false }],
  ['it links into its own workspace', { setup: install('; ln -s "$PWD/lock" deps/mine') }],
  ['it links out of its workspace', { setup: install('; ln -s ../../elsewhere deps/out') }],
  ['what it would make stands in the repository', { setup: ['echo x >> deps/mine'], files: { ...FILES, 'deps/mine': 'mine' } }],
  ['the way to it is a link', { cache: { key: ['lock'], paths: ['way/deps'] }, setup: ['ln -s /nowhere way'] }],
] as const)('nothing is kept, and nothing used, where %s', async (_what, options) => {
  await bench.setUp(options);
  expect((await bench.setUp(options)).cached).toBe(false);
  expect(bench.entries).toEqual([]);
});

it('coo gc takes those that were not used for long, then those used least lately beyond 10 GiB, what is half, and ports of the dead', async () => {
  await inWorld({ setup: install(), cache: CACHE, files: FILES, ports: 3 }, async (world) => {
    await runs(world, 'p', 'echo two > lock', 'echo three > lock', 'echo x > x');
    const folder = folderOf(world);
    const [first = '', second = '', third = ''] = entries(world);
    const day = 86_400;
    const age = (path: string, days: number): void => utimesSync(path, Date.now() / 1_000 - days * day, Date.now() / 1_000 - days * day);
    age(join(folder, first, 'used'), 31);
    age(join(folder, second, 'used'), 2);
    writeFileSync(join(folder, second, 'whole.json'), readFileSync(join(folder, second, 'whole.json'), 'utf8').replace(/"bytes":[0-9]+,"records"/, '"bytes":10737418240,"records"'));
    mkdirSync(join(folder, `.${first}.00.part`));
    mkdirSync(join(folder, `.${first}.01.part`));
    age(join(folder, `.${first}.00.part`), 2);
    const ports = join(world.scratch, 'state/coo/ports');
    const owner = world.world.processes.self();
    writeFileSync(join(ports, '20000-3.00.json'), JSON.stringify({ owner: { ...owner, started: '1' } }));
    writeFileSync(join(ports, '20003-3.01.json'), JSON.stringify({ owner }));
    const whole = await wireWorld(world.folder, world.env, { say: () => undefined }, [process.execPath]);
    const { swept } = await gc(whole, await LedgerSession.open(whole, 'all'), false);
    await whole.work.close();
    await whole.git.close();
    expect(swept.map(({ path }) => path).toSorted()).toEqual([join(folder, `.${first}.00.part`), join(folder, first), join(folder, second), join(ports, '20000-3.00.json')].toSorted());
    expect(entries(world)).toEqual([`.${first}.01.part`, third]);
    expect(readdirSync(ports)).toEqual(['20003-3.01.json']);
  });
});

it('a copy is the same, and nothing but blocks is shared with it', async () => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'coo-trees-')));
  const [from, to, again] = [join(top, 'from'), join(top, 'to'), join(top, 'again')];
  mkdirSync(join(from, 'locked'), { recursive: true });
  writeFileSync(join(from, 'locked/file'), 'text');
  writeFileSync(join(from, 'locked/read-only'), 'text', { mode: 0o444 });
  utimesSync(join(from, 'locked/file'), 1_000.123, 1_000.123);
  symlinkSync('/nowhere', join(from, 'absolute'));
  chmodSync(join(from, 'locked'), 0o555);
  const shape = await diskTrees().copy(from, to);
  expect(shape).toMatchObject({ files: 2, bytes: 8, links: [{ path: 'absolute', target: '/nowhere' }] });
  expect((await diskTrees().copy(to, again)).digest).toBe(shape.digest);
  expect([statSync(join(to, 'locked')).mode & 0o777, statSync(join(to, 'locked/read-only')).mode & 0o777, statSync(join(to, 'locked/file')).mtimeMs]).toEqual([0o555, 0o444, 1_000_123]);
  expect(statSync(join(to, 'locked/file')).nlink).toBe(1);
  expect(statSync(join(to, 'locked/file')).ino).not.toBe(statSync(join(from, 'locked/file')).ino);
  await expect(diskTrees().copy(from, to)).rejects.toMatchObject({ code: 'EEXIST' });
  for (const folder of [from, to, again]) chmodSync(join(folder, 'locked'), 0o755);
  rmSync(top, { recursive: true });
});
