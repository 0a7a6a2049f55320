import type { AgentRecord } from '../../format/run.ts';

type Tokens = NonNullable<AgentRecord['tokens']>;

/** The day on which these prices were looked up: a receipt says which it was priced by. */
export const PRICES_OF = '2026-11-21';

/**
 * US dollars for a million tokens, standard rate. Of `gpt-5-codex` what its provider publishes; of the other two what sellers who pass the
 * provider's prices on said on that day, which is not its own word. No discount, priority or long context is known here, and nothing of what came
 * since. A model that is not in the table has no price: its tokens count.
 */
const PRICES: Readonly<Record<string, { readonly input: number; readonly cached: number; readonly output: number }>> = {
  'gpt-5-codex': { input: 1.25, cached: 0.125, output: 10 },
  'gpt-5.2-codex': { input: 1.75, cached: 0.175, output: 14 },
  'gpt-5.3-codex': { input: 1.75, cached: 0.175, output: 14 },
};

/** What tokens of a model cost by the table; null for a model that has no price. Millionths of a dollar a token are dollars for a million. */
export function priceOf(model: string | null, { input, output, cache_read, cache_write }: Tokens): AgentRecord['cost'] {
  const price = model === null || !Object.hasOwn(PRICES, model) ? undefined : PRICES[model];
  if (price === undefined) return null;
  return { micro_usd: Math.round((input + cache_write) * price.input + cache_read * price.cached + output * price.output), source: 'priced', prices: PRICES_OF };
}
