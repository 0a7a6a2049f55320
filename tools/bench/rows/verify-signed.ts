import type { Row } from '../row.ts';
import { verifyAgainstSums } from '../work/against-sums.ts';

/** Inputs of one entry: so many that 100,000 receipts are in about 25,000 of them. */
const AT_ONCE = 20;

export const row: Row = {
  name: 'verify.signed',
  unit: 'ms',
  reach: '<= 3',
  run: (quick) => {
    const receipts = quick ? 200 : 100_000;
    return verifyAgainstSums({ name: `signed-${String(receipts)}`, receipts, atOnce: AT_ONCE, isSigned: true }, quick ? 1 : 3);
  },
};
