import { join } from 'node:path';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { cleanEnv, coo, inScratch } from '../work/scratch.ts';
import { stagedIn } from '../work/staged.ts';

const FEW = 100;

export const row: Row = {
  name: 'guard.commit.flat',
  unit: 'ms',
  reach: '<= 1.2',
  run: (quick) =>
    inScratch('guard', async (folder) => {
      const [large, small] = [join(folder, 'large'), join(folder, 'small')];
      const { receipts } = await stagedIn(large, quick ? 200 : 100_000);
      await stagedIn(small, FEW);
      const env = cleanEnv(folder);
      const times = await interleave({ large: () => coo(large, env, ['guard', 'pre-commit']), small: () => coo(small, env, ['guard', 'pre-commit']) }, quick ? 1 : 20);
      return { value: times.large.p50, floor: times.small.p50, ratio: times.large.p50 / times.small.p50, note: `${String(receipts)} receipts in the history against ${String(FEW)}` };
    }),
};
