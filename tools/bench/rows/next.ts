import type { Row } from '../row.ts';
import { timeClaims } from '../work/claims.ts';
import { inScratch } from '../work/scratch.ts';

export const row: Row = {
  name: 'next',
  unit: 'ms',
  reach: '<= 4',
  run: (quick) =>
    inScratch('next', async (folder) => {
      const { claim, node, entries } = await timeClaims(folder, quick, 'warm', 'next');
      return { value: claim.p50, floor: node.p50, ratio: claim.p50 / node.p50, note: `${String(entries)} entries, p99 ${claim.p99.toFixed(0)}` };
    }),
};
