import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerSession } from '../../../src/app/ledger/session.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { foundLedger, openWorld, orgOf, publish, seatsNamed } from '../work/home.ts';
import { gitIn, inScratch, packedRepo } from '../work/scratch.ts';

const FILES = 50;

export const row: Row = {
  name: 'ledger.single',
  unit: 'ms',
  reach: '<= 1.0',
  run: (quick) =>
    inScratch('single', async (folder) => {
      packedRepo(folder, FILES);
      const world = await openWorld(folder);
      const session = await foundLedger(world, orgOf(seatsNamed(['dev-1'])));
      const plainly = plainAppend(folder);
      const { coo, git } = await interleave({ coo: async () => append(session), git: plainly }, quick ? 3 : 150);
      await world.git.close();
      return { value: coo.p50, floor: git.p50, ratio: coo.p50 / git.p50, note: `p99 ${coo.p99.toFixed(1)} against ${git.p99.toFixed(1)}` };
    }),
};

function append(session: LedgerSession): Promise<unknown> {
  return publish(session, [{ input: { type: 'note', by: 'bench', text: 'one event', at_ms: session.world.clock.now() } }]);
}

/** What nobody who appends to a branch durably can do without: a file on the disk, a commit, a moved ref. */
function plainAppend(folder: string): (round: number) => void {
  const tree = gitIn(folder, ['rev-parse', 'HEAD^{tree}']);
  let parent = gitIn(folder, ['rev-parse', 'HEAD']);
  return (round) => {
    const file = openSync(join(folder, '.git', `entry-${String(round)}`), 'w');
    writeSync(file, 'one event\n'.repeat(50));
    fsyncSync(file);
    closeSync(file);
    parent = gitIn(folder, ['commit-tree', tree, '-p', parent, '-m', `entry ${String(round)}`]);
    gitIn(folder, ['update-ref', 'refs/heads/plain', parent]);
  };
}
