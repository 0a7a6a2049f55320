import { join } from 'node:path';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { bareNode, cleanEnv, coo, inScratch, ran } from '../work/scratch.ts';
import { stagedIn } from '../work/staged.ts';

export const row: Row = {
  name: 'guard.commit',
  unit: 'ms',
  reach: '<= 2',
  run: (quick) =>
    inScratch('guard', async (folder) => {
      const repo = join(folder, 'repo');
      const { receipts } = await stagedIn(repo, quick ? 200 : 100_000);
      const env = cleanEnv(folder);
      const floor = (): void => {
        bareNode(repo, env);
        ran('git', ['diff', '--cached'], repo, env);
      };
      const times = await interleave({ coo: () => coo(repo, env, ['guard', 'pre-commit']), floor }, quick ? 1 : 20);
      return { value: times.coo.p50, floor: times.floor.p50, ratio: times.coo.p50 / times.floor.p50, note: `${String(receipts)} receipts in the history, one small file staged` };
    }),
};
