import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import { interleave } from '../interleave.ts';
import type { Times } from '../interleave.ts';
import { openWorld, orgOf, publish, seatsNamed, submitOf, widePlan } from './home.ts';
import { madeLedger } from './made-ledger.ts';
import { bareNode, cleanEnv, coo, gitIn } from './scratch.ts';

interface Claims {
  readonly claim: Times;
  readonly node: Times;
  readonly entries: number;
}

/** Whole `coo claim` or `coo next` processes, each for another step and seat, on a ledger of 10,000 entries; with the cache, or after it was removed. */
export async function timeClaims(folder: string, quick: boolean, cache: 'warm' | 'removed', verb: 'claim' | 'next' = 'claim'): Promise<Claims> {
  const repo = join(folder, 'repo');
  const size = quick ? 200 : 10_000;
  await madeLedger({ name: `entries-${String(size)}`, entries: size, atOnce: 1 }, repo);
  const rounds = quick ? 1 : cache === 'warm' ? 30 : 5;
  const names = Array.from({ length: rounds + 1 }, (_, at) => `you-${String(at)}`);
  const world = await openWorld(repo);
  const session = await LedgerSession.open(world, 'all');
  const at_ms = world.clock.now();
  await publish(session, [{ input: { type: 'organise', digest: '0'.repeat(64), org: orgOf(seatsNamed(names)), at_ms } }, submitOf(widePlan('bench', rounds + 1), gitIn(repo, ['rev-parse', 'main']), at_ms)]);
  await session.cache();
  await world.git.close();
  gitIn(repo, ['repack', '-a', '-d', '-q']);
  const env = cleanEnv(folder);
  const kept = join(repo, '.git', 'coo', 'cache');
  const times = await interleave(
    {
      claim: (round) => {
        if (cache === 'removed') rmSync(kept, { recursive: true, force: true });
        coo(repo, env, [...(verb === 'next' ? ['next'] : ['claim', `bench/step-${String(round)}`]), '--seat', names[round] ?? '']);
      },
      node: () => bareNode(repo, env),
    },
    rounds,
  );
  return { ...times, entries: session.seq };
}
