import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { openWorld } from '../work/home.ts';
import { madeLedger } from '../work/made-ledger.ts';
import { bareNode, cleanEnv, coo, inScratch } from '../work/scratch.ts';

export const row: Row = {
  name: 'status.100k',
  unit: 'ms',
  reach: '<= 5',
  run: (quick) =>
    inScratch('status', async (folder) => {
      const size = quick ? 1_000 : 100_000;
      const repo = join(folder, 'repo');
      const made = await madeLedger({ name: `events-${String(size)}`, events: size, atOnce: 20 }, repo);
      const world = await openWorld(repo);
      const session = await LedgerSession.open(world, 'all');
      await session.cache();
      await world.git.close();
      const env = cleanEnv(folder);
      const times = await interleave({ coo: () => coo(repo, env, ['status']), node: () => bareNode(repo, env) }, quick ? 1 : 20);
      return { value: times.coo.p50, floor: times.node.p50, ratio: times.coo.p50 / times.node.p50, note: `${String(made.events)} events in ${String(made.entries)} entries` };
    }),
};
