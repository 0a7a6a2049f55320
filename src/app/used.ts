import type { AgentRecord } from '../format/run.ts';
import type { OrderId } from '../kernel/ids.ts';
import type { Usage } from '../kernel/input.ts';
import { readIfRegular } from './faults.ts';
import { cooPaths } from './layout.ts';
import { tryParse } from './stored.ts';
import type { LedgerWorld } from './world.ts';

/** `.git/coo/used/<order_id>.json`: what an agent used so far, kept by its worker while it runs. It counts where the attempt leaves no result. */
export interface UsedNote {
  readonly schema: 'coo/used.v1';
  readonly order_id: OrderId;
  readonly usage: Usage;
}

const CAP = 4_096;

/** What an agent's own figures come to: tokens of every kind, none where it told none. */
export function usageOf({ tokens, cost }: Pick<AgentRecord, 'tokens' | 'cost'>): Usage {
  return { tokens: tokens === null ? 0 : tokens.input + tokens.output + tokens.cache_read + tokens.cache_write, micro_usd: cost?.micro_usd ?? null };
}

/** What the note on an attempt says; undefined where no agent told anything. */
export async function notedUsage({ files, layout }: Pick<LedgerWorld, 'files' | 'layout'>, order_id: OrderId): Promise<Usage | undefined> {
  const bytes = await readIfRegular(files, cooPaths.used(layout, order_id), CAP);
  const note = bytes === undefined ? undefined : tryParse<Partial<UsedNote> | null>(bytes);
  const { tokens, micro_usd = null } = note?.usage ?? {};
  return note?.schema === 'coo/used.v1' && isCount(tokens) && (micro_usd === null || isCount(micro_usd)) ? { tokens, micro_usd } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
