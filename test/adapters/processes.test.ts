import { spawn as spawnNode } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { linuxTable, parseCpuMs, parseStat } from '../../src/adapters/processes/linux-table.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { parseCpuTime, parsePs } from '../../src/adapters/processes/ps-table.ts';
import type { MarkedRow } from '../../src/adapters/processes/table.ts';
import type { Owner, Spawn } from '../../src/ports/process.ts';

const clock = systemClock();
const processes = osProcesses({ clock, nonce: 'n0' });
const table = linuxTable();
const scratch = mkdtempSync(join(tmpdir(), 'coo-tree-'));
/** Carried by everything this file starts, whatever its own marker. */
const SUITE = `suite-${process.pid}-${processes.self().started}`;
const fixture = (name: string): string => join(import.meta.dirname, '../fixtures', name);

let serial = 0;
/** A run of a shell script with a marker of its own and its output in a file. */
function script(text: string, more: Partial<Spawn> = {}): Spawn & { readonly file: string } {
  const mark = `o${serial++}`;
  const file = join(scratch, `${mark}.log`);
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', COO_SUITE: SUITE, COO_ORDER: mark };
  return { argv: ['sh', '-c', text], cwd: scratch, env, marker: `COO_ORDER=${mark}`, output: { file, cap: 1e6 }, file, ...more };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await clock.sleep(2);
}

function has(file: string): boolean {
  return readdirSync(scratch).includes(file);
}

/** A pid that a script wrote, once it has. */
async function pidIn(file: string): Promise<number> {
  await until(() => has(file) && readFileSync(join(scratch, file), 'utf8').endsWith('\n'));
  return Number(readFileSync(join(scratch, file), 'utf8'));
}

const ownerOf = (pid: number): Owner => ({ ...processes.self(), pid, started: table.row(pid)?.started ?? '' });
const stateOf = (pid: number): string | undefined => table.row(pid)?.state;
const isGone = (pid: number): boolean => [undefined, 'Z', 'X'].includes(stateOf(pid));

afterAll(async () => {
  const leaked = await processes.killTree({ marker: `COO_SUITE=${SUITE}` }, 0);
  rmSync(scratch, { recursive: true, force: true });
  if (leaked.length > 0) throw new Error(`still alive: ${leaked.join(' ')}`);
});

describe('what a command prints', () => {
  it('is counted when it is 1 GB, not stored', async () => {
    const { file, ...wanted } = script('head -c 1073741824 /dev/zero');
    const before = process.memoryUsage.rss();
    const { outputBytes, ending } = await processes.run({ ...wanted, output: { file, cap: 1000 } }).finished;
    expect([outputBytes, statSync(file).size, ending]).toEqual([1_073_741_824, 1000, { kind: 'exited', code: 0 }]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 * 1024);
  });

  it('keeps the order of both streams, also through /dev/stderr', async () => {
    const { file, ...wanted } = script('i=0; while [ $i -lt 50 ]; do echo o$i; echo e$i >&2; echo d$i > /dev/stderr; i=$((i+1)); done');
    await processes.run(wanted).finished;
    expect(readFileSync(file, 'utf8')).toBe(Array.from({ length: 50 }, (_, i) => `o${i}\ne${i}\nd${i}\n`).join(''));
    expect(readdirSync(scratch).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('does not hold up the command when the disk is full', async () => {
    const wanted = script('head -c 1000000 /dev/zero');
    const { ending, outputBytes, outputFault } = await processes.run({ ...wanted, output: { file: '/dev/full', cap: 1e9 } }).finished;
    expect([ending, outputBytes, outputFault]).toEqual([{ kind: 'exited', code: 0 }, 1_000_000, 'ENOSPC']);
  });

  it('is refused where it cannot go', async () => {
    const { ending } = await processes.run(script('true', { output: { file: join(scratch, 'no/such/folder'), cap: 1 } })).finished;
    expect(ending).toMatchObject({ kind: 'not_started' });
  });
});

describe('what a command gets', () => {
  it('is exactly the environment it was given', async () => {
    const { file, ...wanted } = script('');
    await processes.run({ ...wanted, argv: ['env'] }).finished;
    const given = Object.entries(wanted.env).map(([name, value]) => `${name}=${value}`);
    expect(readFileSync(file, 'utf8').trim().split('\n').sort()).toEqual(given.sort());
  });

  it('is its standard input, which it need not read', async () => {
    const stdin = new Uint8Array(4_000_000).fill(97);
    const { file, ...wanted } = script('wc -c', { stdin });
    expect((await processes.run(wanted).finished).ending).toEqual({ kind: 'exited', code: 0 });
    expect(readFileSync(file, 'utf8').trim()).toBe('4000000');
    expect((await processes.run(script('exec <&-; exit 5', { stdin })).finished).ending).toEqual({ kind: 'exited', code: 5 });
  });

  it('is a folder that is there', async () => {
    const { ending } = await processes.run(script('true', { cwd: join(scratch, 'nowhere') })).finished;
    expect(ending).toEqual({ kind: 'not_started', cause: `no such folder: ${join(scratch, 'nowhere')}` });
  });

  it('is its marker, without which it is not started', async () => {
    expect((await processes.run(script('true', { marker: 'COO_ORDER=other' })).finished).ending).toMatchObject({ kind: 'not_started' });
  });

  it('is an argument list the system takes', async () => {
    expect((await processes.run(script('true', { argv: ['echo', 'a\0b'] })).finished).ending).toMatchObject({ kind: 'not_started' });
  });
});

describe('what a command leaves behind dies with it', () => {
  it.each([
    ['a job in the background', 'sleep 1000 & echo $! > pid-job'],
    ['a job without the marker', 'env -i /bin/sleep 1000 & echo $! > pid-bare'],
    ['a job in a group of its own', 'set -m; sleep 1000 & echo $! > pid-group'],
    ['a stopped job', 'sleep 1000 & kill -STOP $!; echo $! > pid-stopped'],
    ['one that hears no SIGTERM', 'sh -c "trap : TERM; while :; do sleep 1; done" & echo $! > pid-deaf'],
    ['a daemon', `sh ${fixture('daemon.sh')} pid-daemon`],
  ])('%s', async (_what, text) => {
    const running = processes.run(script(text));
    const file = /pid-\w+/.exec(text)?.[0] ?? '';
    const pid = await pidIn(file);
    const { ending } = await running.finished;
    expect([ending, isGone(pid)]).toEqual([{ kind: 'exited', code: 0 }, true]);
  });

  it('a tree that flees by forking', async () => {
    const flag = join(scratch, 'flee');
    writeFileSync(flag, '');
    try {
      for (let round = 0; round < 5; round++) {
        const { marker, ...wanted } = script(`sh ${fixture('forker.sh')} ${flag}`);
        await processes.run({ ...wanted, marker }).finished;
        expect(table.look(marker).filter(({ marked, pid }) => marked && !isGone(pid))).toEqual([]);
      }
    } finally {
      rmSync(flag);
    }
  });

  it('the tree of one that takes too long', async () => {
    const running = processes.run(script('sleep 1000 & echo $! > pid-late; wait', { wallMs: 100 }));
    const pid = await pidIn('pid-late');
    expect((await running.finished).ending).toEqual({ kind: 'timed_out' });
    expect(isGone(pid)).toBe(true);
  });
});

describe('a command that is stopped', () => {
  it('may tidy up within its grace, and its children too', async () => {
    const text = 'sh -c "trap \'sleep 0.05; echo child; exit\' TERM; echo > ready-child; while :; do sleep 0.01; done" & trap "wait; echo parent; exit 3" TERM; wait';
    const { file, ...wanted } = script(text);
    const running = processes.run(wanted);
    await until(() => has('ready-child'));
    await running.stop(60_000);
    expect([(await running.finished).ending, readFileSync(file, 'utf8').match(/child|parent/g)]).toEqual([{ kind: 'stopped' }, ['child', 'parent']]);
  });

  it('is asked even while it stands still', async () => {
    const running = processes.run(script('trap "exit 0" TERM; echo > ready-still; while :; do sleep 0.01; done'));
    await until(() => has('ready-still'));
    process.kill(running.pid, 'SIGSTOP');
    await until(() => stateOf(running.pid) === 'T');
    expect(processes.life(ownerOf(running.pid))).toBe('stopped');
    await running.stop(60_000);
    expect(isGone(running.pid)).toBe(true);
  });
});

describe('harm that does not reach us', () => {
  it.each([
    ['it kills its group', 'kill -TERM 0; sleep 1000', { kind: 'signalled', signal: 'SIGTERM' }],
    ['it deletes its own folder', 'mkdir own; cd own; rm -r ../own; exit 4', { kind: 'exited', code: 4 }],
  ])('%s', async (_what, text, ending) => {
    expect((await processes.run(script(text)).finished).ending).toEqual(ending);
  });

  it('the marker is ours too: we and our parents are spared', async () => {
    const line = new Set([process.pid, process.ppid]);
    const all = { ...table, look: (marker: string): readonly MarkedRow[] => table.look(marker).map((row) => Object.assign(row, { marked: line.has(row.pid) })) };
    expect(await osProcesses({ clock, nonce: 'n1', table: all }).killTree({ marker: 'any' }, 0)).toEqual([]);
  });

  it('a pid that was given to another process', async () => {
    const bystander = processes.run(script('exec sleep 1000'));
    const owner = { ...ownerOf(bystander.pid), started: '1' };
    expect(processes.life(owner)).toBe('dead');
    expect(await processes.killTree({ marker: 'COO_ORDER=nobody', owner }, 0)).toEqual([]);
    expect(isGone(bystander.pid)).toBe(false);
    await bystander.stop(0);
  });

  it("somebody's shell, in which a marked process merely runs", async () => {
    // Its environment holds no marker; it leads the session in which a marked process lives.
    const shell = spawnNode('sh', ['-c', 'COO_ORDER=visitor sleep 1000 & echo $! > pid-visitor; exec sleep 1000'], {
      cwd: scratch,
      detached: true,
      stdio: 'ignore',
      env: { PATH: '/usr/bin:/bin', COO_SUITE: SUITE },
    });
    const visitor = await pidIn('pid-visitor');
    // The shell writes the pid before the program, and with it the marker, is there.
    await until(() => table.look('COO_ORDER=visitor').some(({ pid, marked }) => pid === visitor && marked));
    expect(await processes.killTree({ marker: 'COO_ORDER=visitor' }, 0)).toEqual([]);
    expect([isGone(visitor), isGone(shell.pid ?? 0)]).toEqual([true, false]);
    shell.kill('SIGKILL');
  });
});

describe('owners', () => {
  it('a tree is killed by its owner alone, even when the owner has died', async () => {
    const { env, cwd } = script('');
    const pid = await processes.detach({ argv: ['sh', '-c', 'env -i /bin/sleep 1000 & echo $! > pid-orphan; read x'], env, cwd });
    const owner = ownerOf(pid);
    const orphan = await pidIn('pid-orphan');
    await until(() => isGone(pid));
    expect(processes.life(owner)).toBe('dead');
    expect(await processes.killTree({ marker: 'COO_ORDER=nobody', owner }, 0)).toEqual([]);
    expect(isGone(orphan)).toBe(true);
  });

  it('a zombie is dead', async () => {
    const running = processes.run(script('sh -c "echo \\$\\$ > pid-zombie; exit 0" & exec sleep 1000'));
    const zombie = await pidIn('pid-zombie');
    await until(() => stateOf(zombie) === 'Z');
    expect(processes.life(ownerOf(zombie))).toBe('dead');
    await running.stop(0);
  });

  it('a detached program has its own session and no streams', async () => {
    const { env, cwd } = script('');
    const pid = await processes.detach({ argv: ['sh', '-c', 'ls -l /proc/self/fd > detached; echo $$ > pid-detached; exec sleep 1000'], env, cwd });
    expect(await pidIn('pid-detached')).toBe(pid);
    expect(table.row(pid)?.session).toBe(pid);
    expect(readFileSync(join(scratch, 'detached'), 'utf8').match(/ [02] -> \/dev\/null/g)).toHaveLength(2);
    expect(await processes.killTree({ marker: 'COO_ORDER=nobody', owner: ownerOf(pid) }, 10)).toEqual([]);
  });
});

describe('the table', () => {
  it('is read past a name that looks like fields', () => {
    const tail = '1 7 8 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 5 6';
    expect(parseStat(`12 (a) R 1 (b c) S ${tail}`)).toEqual({ pid: 12, parent: 1, group: 7, session: 8, state: 'S', started: '4242', name: 'a) R 1 (b c' });
    expect(parseStat('')).toBeUndefined();
  });

  it('says what processor time was used, in milliseconds', () => {
    expect(parseCpuMs('12 (a b) S 1 7 8 0 -1 4194560 1 0 0 0 5 6 70 800 20 0 1 0 4242 5 6')).toBe(8_810);
    expect(parseCpuMs('')).toBe(0);
    expect(['0:01.50', '12:34', '1:02:03', '2-00:00:01', '', 'x'].map(parseCpuTime)).toEqual([1_500, 754_000, 3_723_000, 172_801_000, 0, 0]);
  });

  it('sums the processor time of a tree, and of no other', async () => {
    const mark = `COO_SUITE=${SUITE}`;
    const running = processes.run(script('sh -c "while :; do :; done" & while :; do :; done'));
    await until(() => processes.cpuMs(mark) >= 300);
    expect(processes.cpuMs(`${mark}-other`)).toBe(0);
    await running.stop(0);
    expect(processes.cpuMs(mark)).toBe(0);
  });

  it('is read from ps too', () => {
    expect(parsePs('  12  1  7 Ss+  Mon Jan  1 10:00:00 2029')).toEqual({
      pid: 12,
      parent: 1,
      group: 7,
      session: 7,
      state: 'S',
      started: 'Mon Jan 1 10:00:00 2029',
      name: '',
    });
  });

  it('matches a marker whole only', async () => {
    const running = processes.run(script('exec sleep 1000'));
    const mark = `COO_SUITE=${SUITE}`;
    const carries = (entry: string): boolean => table.look(entry).some(({ pid, marked }) => pid === running.pid && marked);
    await until(() => carries(mark));
    expect([mark.slice(0, -1), mark.slice(1), `${mark}0`].map(carries)).toEqual([false, false, false]);
    await running.stop(0);
  });
});

it('nothing that was started above still lives', () => {
  expect(table.look(`COO_SUITE=${SUITE}`).filter(({ marked, pid }) => marked && !isGone(pid))).toEqual([]);
});
