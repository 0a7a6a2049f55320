import type { Row } from '../row.ts';
import { timeClaims } from '../work/claims.ts';
import { inScratch } from '../work/scratch.ts';

export const row: Row = {
  name: 'cli.cold',
  unit: 'ms',
  reach: 'report',
  run: (quick) =>
    inScratch('claim', async (folder) => {
      const { claim, node, entries } = await timeClaims(folder, quick, 'removed');
      return { value: claim.p50, floor: node.p50, ratio: claim.p50 / node.p50, note: `${String(entries)} entries folded from git` };
    }),
};
