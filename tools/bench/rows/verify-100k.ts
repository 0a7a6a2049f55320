import type { Row } from '../row.ts';
import { verifyAgainstSums } from '../work/against-sums.ts';

export const row: Row = {
  name: 'verify.100k',
  unit: 'ms',
  reach: '<= 1.5',
  run: (quick) => {
    const receipts = quick ? 200 : 100_000;
    return verifyAgainstSums({ name: `receipts-${String(receipts)}`, receipts, atOnce: 500 }, quick ? 1 : 3);
  },
};
