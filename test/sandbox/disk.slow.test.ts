// An attempt that takes more of the disk than it may is ended, wherever it writes; its check, too.
import { expect, it } from 'vitest';
import { findings, runOf } from './runs.ts';
import { CONFINED, OPEN } from './seats.ts';
import { once } from '../support/plans.ts';
import { inWorld } from '../support/real-world.ts';

const MIB = 1_048_576;
const fill = (path: string, mib: number): string => `head -c ${String(mib * MIB)} /dev/zero > ${path}; sleep 60`;
/** Where a confined attempt may write: what of it counts. */
const PLACES = ['big', '"$HOME/big"', '/tmp/big', '/var/tmp/big', '/dev/shm/big', '"$COO_INBOX/big"'];

it.each([
  ['in a sandbox', CONFINED, PLACES],
  ['without', OPEN, PLACES.slice(0, 1)],
] as const)('%s, and what was done until then is told', async (_, seat, places) => {
  await inWorld({ more: [seat], limits: { disk_bytes: 48 * MIB, workers: 3, check: 20_000 } }, async (world) => {
    const steps = places.map((place, at) => once(`s${String(at)}`, fill(place, 100), { role: 'prober' }));
    world.plan({ plan_id: 'full', integrate: 'none', steps: [...steps, once('small', 'head -c 8388608 /dev/zero > small; sleep 12; rm small; echo x > x', { role: 'prober' }), once('check', 'echo x > y', { role: 'prober', checks: { before: [], after: [fill('big', 100)] } })] });
    expect(await world.run()).toBe(6);
    for (const [at] of places.entries()) {
      const run = await runOf(world, `full.s${String(at)}.1`);
      expect([run.result, run.findings.map(({ code }) => code), run.commands.map(({ ending }) => ending), run.change]).toEqual(['blocked', ['DISK_CAP'], ['stopped'], null]);
      expect(run.findings[0]?.message).toMatch(/^it took \d.* of the disk, more than limits\.disk_bytes \(48 MiB\), and was ended$/);
    }
    expect([await findings(world, 'full.small.1'), await findings(world, 'full.check.1')]).toEqual(['passed', 'DISK_CAP']);
  });
});
