// Ports of an attempt's own: never shared by two that live, whatever ledger they are of; free again when they are over, or dead.
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from '../../src/adapters/files/disk-files.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { layoutOf } from '../../src/app/layout.ts';
import { claimPorts } from '../../src/app/worker/ports.ts';
import type { ClaimedPorts } from '../../src/app/worker/ports.ts';
import { fakeRandom } from '../support/fake-random.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

type PortWorld = Parameters<typeof claimPorts>[0];

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'coo-ports-')));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

let worlds = 0;
/** A repository of this user's, seen by a process of its own. */
function someWorld(unit?: () => number): PortWorld {
  worlds += 1;
  const nonce = `n${String(worlds)}`;
  const random = fakeRandom(worlds);
  return { files: diskFiles({ nonce }), processes: osProcesses({ clock: systemClock(), nonce }), layout: layoutOf({ worktree: null, common: join(top, `repo-${nonce}`), stateHome: top }), random: unit === undefined ? random : { ...random, unit } };
}

/** All ports of claims that overlap with another's. */
function shared(claims: readonly ClaimedPorts[]): readonly number[] {
  const ports = claims.flatMap(({ range }) => (range === undefined ? [] : Array.from({ length: range.count }, (_, at) => range.base + at)));
  return ports.filter((port, at) => ports.indexOf(port) !== at);
}

const left = (): readonly string[] => readdirSync(join(top, 'coo/ports'));

describe('a range of ports', () => {
  it('is shared by no two of many that claim at once, of several sizes and ledgers', async () => {
    const some = Array.from({ length: 8 }, () => someWorld());
    const claims = await Promise.all(Array.from({ length: 120 }, async (_, at) => claimPorts(some[at % some.length] ?? someWorld(), [10, 7, 64][at % 3], `p.s.${String(at)}`)));
    expect(shared(claims)).toEqual([]);
    expect(left().length).toBe(120);
    for (const { free } of claims) await free();
    expect(left()).toEqual([]);
  });

  it('that two want at the same moment goes to one at most: each looks after it has said so', async () => {
    const wants = [0, 0, 0.5, 0.75];
    const same = (): (() => number) => {
      let at = 0;
      return () => wants[Math.min(at++, wants.length - 1)] ?? 0;
    };
    const [one, other] = await Promise.all([claimPorts(someWorld(same()), 10, 'a'), claimPorts(someWorld(() => 0.25), 10, 'b')]);
    expect(shared([one, other])).toEqual([]);
    const third = await claimPorts(someWorld(same()), 10, 'c');
    expect(third.range).toEqual({ base: 26_000, count: 10 });
  });

  it('of an owner that died is free again, and its file goes; what is no claim holds nothing', async () => {
    const world = someWorld(() => 0);
    const dead = { ...world.processes.self(), started: '1' };
    mkdirSync(join(top, 'coo/ports'), { recursive: true });
    writeFileSync(join(top, 'coo/ports/20004-3.00.json'), JSON.stringify({ owner: dead }));
    const { range, free } = await claimPorts(world, 10, 'a');
    expect(range).toEqual({ base: 20_000, count: 10 });
    expect(left().length).toBe(1);
    await free();
    writeFileSync(join(top, 'coo/ports/20004-3.01.json'), 'torn');
    expect((await claimPorts(world, 10, 'b')).range).toEqual({ base: 20_000, count: 10 });
    expect(left()).not.toContain('20004-3.01.json');
  });

  it('where none is free is a failure that says so', async () => {
    const first = await claimPorts(someWorld(), 12_000, 'a');
    await expect(claimPorts(someWorld(), 1, 'b')).rejects.toMatchObject({ code: 'PORTS_NONE', fix: expect.stringContaining('workspace.ports') as string });
    await first.free();
  });

  it('that nobody wants costs nothing', async () => {
    const { range } = await claimPorts(someWorld(), undefined, 'a');
    expect([range, readdirSync(top)]).toEqual([undefined, []]);
  });
});

describe('an attempt', () => {
  it('gets ports of its own, and so do the checks of what it made', async () => {
    await inWorld({ ports: 7, checks: ['test "$COO_PORTS" = 7 && test "$COO_PORT_BASE" -ge 20000'] }, async (world) => {
      const meet = (name: string): string => `echo "$COO_PORT_BASE $COO_PORTS" >> '${world.out('ports')}'; : > '${world.out(name)}'; while [ ! -e '${world.out(name === 'one' ? 'two' : 'one')}' ]; do sleep 0.05; done`;
      world.plan({ plan_id: 'p', steps: [once('a', meet('one')), once('b', meet('two'))] });
      expect(await world.run()).toBe(0);
      const [one, two] = world.lines('ports').map((line) => line.split(' ').map(Number));
      expect([one?.[1], two?.[1]]).toEqual([7, 7]);
      expect(Math.abs((one?.[0] ?? 0) - (two?.[0] ?? 0))).toBeGreaterThanOrEqual(7);
      expect(readdirSync(join(world.scratch, 'state/coo/ports'))).toEqual([]);
    });
  });
});
