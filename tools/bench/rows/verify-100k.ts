import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LedgerSession } from '../../../src/app/ledger/session.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { openWorld } from '../work/home.ts';
import { madeLedger } from '../work/made-ledger.ts';
import { cleanEnv, coo, gitIn, inScratch } from '../work/scratch.ts';

export const row: Row = {
  name: 'verify.100k',
  unit: 'ms',
  reach: '<= 1.5',
  run: (quick) =>
    inScratch('verify', async (folder) => {
      const size = quick ? 200 : 100_000;
      const repo = join(folder, 'repo');
      const made = await madeLedger({ name: `receipts-${String(size)}`, receipts: size, atOnce: 500 }, repo);
      const world = await openWorld(repo);
      const session = await LedgerSession.open(world, 'all');
      await session.cache();
      await world.git.close();
      // As in a clone: no home, and no mirror in the worktree, so that both sides read each file once.
      rmSync(join(repo, '.git', 'coo', 'home.json'));
      const files = join(folder, 'files');
      mkdirSync(files);
      gitIn(repo, ['--work-tree', files, 'restore', '--source=coo/ledger', '--worktree', '--', ':/']);
      const list = readdirSync(files, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const env = cleanEnv(folder);
      const times = await interleave({ coo: () => coo(repo, env, ['verify']), sums: () => sums(files, `${list.join('\0')}\0`) }, quick ? 1 : 3);
      return { value: times.coo.p50, floor: times.sums.p50, ratio: times.coo.p50 / times.sums.p50, note: `${String(list.length)} files: ${String(made.receipts)} receipts, their orders, ${String(made.entries)} entries with ${String(made.events)} events` };
    }),
};

function sums(folder: string, names: string): void {
  const { status, stderr } = spawnSync('xargs', ['-0', 'sha256sum', '--'], { cwd: folder, input: names, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`sha256sum: ${String(stderr)}`);
}
