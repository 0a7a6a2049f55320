import type { Row } from '../row.ts';
import { verifyReceipts } from '../work/against-sums.ts';

export const row: Row = { name: 'verify.full', unit: 'ms', reach: '<= 2', run: verifyReceipts };
