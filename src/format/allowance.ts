import type { Allowance } from '../kernel/org.ts';
import { given } from './fields.ts';
import type { Fields } from './fields.ts';

export const MOST_TOKENS = 1_000_000_000_000;
export const MOST_USD = 1_000_000;
export const MOST_LINES = 100_000_000;
const MOST_ATTEMPTS = 1_000_000;

/** What an agent's program tells about. */
const OF_AGENTS = ['tokens', 'usd'] as const;
/** What coo counts itself, of every attempt that it runs. */
const COUNTED = ['attempts', 'wall', 'lines'] as const;

/** `budget: {tokens, usd, attempts, wall, lines}`; without `agents` what only they tell about is no field. */
export function allowanceIn(owner: Fields, agents = true): Allowance | undefined {
  const fields = owner.inner('budget', agents ? [...OF_AGENTS, ...COUNTED] : COUNTED);
  if (fields === undefined) return undefined;
  const money = agents ? { tokens: fields.number('tokens', 1, MOST_TOKENS), usd: fields.number('usd', 0, MOST_USD, false) } : {};
  return given({ ...money, attempts: fields.number('attempts', 1, MOST_ATTEMPTS), wall_ms: fields.duration('wall'), lines: fields.number('lines', 1, MOST_LINES) });
}
