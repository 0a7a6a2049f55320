import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import type { Row } from '../row.ts';
import { foundLedger, openWorld, orgOf, publish, seatsNamed, submitOf, widePlan } from '../work/home.ts';
import { cleanEnv, gitIn, inScratch, packedRepo } from '../work/scratch.ts';

const PROCESSES = 8;
const FILES = 50;
const RACER = join(import.meta.dirname, '..', 'work', 'racer.ts');
/** Enough for eight processes to come up. */
const COME_UP_MS = 2_500;

interface Told {
  readonly won: number;
  readonly held: number;
  readonly other: number;
  readonly ended: number;
}

export const row: Row = {
  name: 'claim.race',
  unit: 'claims/s',
  reach: 'report',
  run: (quick) =>
    inScratch('race', async (folder) => {
      const repo = join(folder, 'repo');
      packedRepo(repo, FILES);
      const steps = quick ? 5 : 150;
      const names = Array.from({ length: PROCESSES }, (_, at) => `racer-${String(at)}`);
      const world = await openWorld(repo);
      const session = await foundLedger(world, orgOf(seatsNamed(names.flatMap((name) => Array.from({ length: steps }, (_, at) => `${name}-${String(at)}`)))));
      await publish(session, [submitOf(widePlan('race', steps), gitIn(repo, ['rev-parse', 'main']), world.clock.now())]);
      await session.cache();
      gitIn(repo, ['repack', '-a', '-d', '-q']);
      const start = Date.now() + COME_UP_MS;
      const racers = await Promise.all(names.map(async (name) => race(repo, [RACER, repo, name, String(steps), String(start)])));
      const after = await LedgerSession.open(world, 'all');
      const grants = await grantsOf(after);
      await world.git.close();
      const sum = (of: 'won' | 'held' | 'other'): number => racers.reduce((all, told) => all + told[of], 0);
      const asked = sum('won') + sum('held');
      const seconds = (Math.max(...racers.map(({ ended }) => ended)) - start) / 1_000;
      const twice = [...grants.values()].filter((count) => count !== 1).length;
      if (grants.size !== steps || sum('won') !== steps || sum('other') !== 0) throw new Error(`a claim was lost: ${String(grants.size)} of ${String(steps)} steps granted, ${JSON.stringify(racers)}`);
      return { value: asked / seconds, note: `${String(twice)} double grants; ${String(asked)} claims by ${String(PROCESSES)} processes for ${String(steps)} steps, ${(steps / seconds).toFixed(0)} grants/s` };
    }),
};

async function race(repo: string, args: readonly string[]): Promise<Told> {
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { env: cleanEnv(repo) });
  return JSON.parse(stdout) as Told;
}

/** How often each step was granted, as the ledger has it. */
async function grantsOf(session: LedgerSession): Promise<ReadonlyMap<string, number>> {
  const grants = new Map<string, number>();
  for (let seq = 1; seq <= session.seq; seq++) {
    for (const event of (await session.entry(seq)).entry.events) if (event.type === 'step.claimed') grants.set(event.step_id, (grants.get(event.step_id) ?? 0) + 1);
  }
  return grants;
}
