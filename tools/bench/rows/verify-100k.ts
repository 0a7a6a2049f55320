import type { Row } from '../row.ts';
import { verifyReceipts } from '../work/against-sums.ts';

export const row: Row = { name: 'verify.100k', unit: 'ms', reach: '<= 1.5', run: verifyReceipts };
