import { coldRow } from '../work/cold.ts';

export const row = coldRow('cold.version', '--version', '<= 1.25');
