import { coldRow } from '../work/cold.ts';

export const row = coldRow('cold.help', '--help', '<= 1.75');
