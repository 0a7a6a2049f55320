import { many } from '../../format/many.ts';
import type { AgentRecord, Run } from '../../format/run.ts';

/** What agents used, of many attempts together. */
export interface AgentUse {
  /** Attempts that an agent's program did. */
  readonly sessions: number;
  /** Of every kind, those read from a cache too. */
  readonly tokens: number;
  /** Millionths of a US dollar, of the sessions that had a price. */
  readonly micro_usd: number;
  /** Sessions without a price: a subscription, or a model of which none is known. */
  readonly unpriced: number;
}

export const NO_USE: AgentUse = { sessions: 0, tokens: 0, micro_usd: 0, unpriced: 0 };
const MICRO = 1_000_000;

/** What was used with one attempt more; an attempt without an agent adds nothing. */
export function withRun(sum: AgentUse, { agent }: Pick<Run, 'agent'>): AgentUse {
  if (agent === undefined) return sum;
  const { tokens, cost } = agent;
  return plus(sum, { sessions: 1, tokens: allOf(tokens), micro_usd: cost?.micro_usd ?? 0, unpriced: cost === null ? 1 : 0 });
}

export function plus(a: AgentUse, b: AgentUse): AgentUse {
  return { sessions: a.sessions + b.sessions, tokens: a.tokens + b.tokens, micro_usd: a.micro_usd + b.micro_usd, unpriced: a.unpriced + b.unpriced };
}

/** In words: `4,200 tokens and $0.21 in 3 sessions, 1 of them without a price`. */
export function useWords({ sessions, tokens, micro_usd, unpriced }: AgentUse): string {
  const where = `in ${many(sessions, 'session')}`;
  if (unpriced === sessions) return `${numberWords(tokens)} tokens ${where}, without a price`;
  return `${numberWords(tokens)} tokens and ${moneyWords(micro_usd)} ${where}${unpriced === 0 ? '' : `, ${String(unpriced)} of them without a price`}`;
}

/** One session, for whoever reads its receipt: model, turns, tokens by kind, cost and whose figure that is. Without its denials. */
export function sessionWords({ version, model, turns, tokens, cost, session }: AgentRecord): readonly string[] {
  return [
    [model ?? 'an unnamed model', ...(version === '' ? [] : [`program ${version}`]), ...(session === null ? [] : [`session ${session}`])].join(', '),
    [turns === null ? 'turns not told' : many(turns, 'turn'), tokens === null ? 'tokens not told' : kindsOf(tokens), costWords(cost)].join('; '),
  ];
}

/** Why a session ended: `done`, `quota: try again at 8:39 PM`. */
export function endWords({ end, detail }: Pick<AgentRecord, 'end' | 'detail'>): string {
  return detail === undefined ? end.replace('_', ' ') : `${end.replace('_', ' ')}: ${detail}`;
}

/** `$0.21`, `$0.0012` where cents would hide it. */
export function moneyWords(micro_usd: number): string {
  const usd = micro_usd / MICRO;
  return `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}

export function numberWords(count: number): string {
  return count.toLocaleString('en-GB');
}

function kindsOf({ input, output, cache_read, cache_write }: NonNullable<AgentRecord['tokens']>): string {
  return `${numberWords(input)} tokens in, ${numberWords(output)} out, ${numberWords(cache_read)} from a cache, ${numberWords(cache_write)} into one`;
}

function costWords(cost: AgentRecord['cost']): string {
  if (cost === null) return 'no price';
  return cost.source === 'given' ? `${moneyWords(cost.micro_usd)}, as its program says` : `${moneyWords(cost.micro_usd)}, by the price table of ${cost.prices ?? 'an unknown day'}`;
}

function allOf(tokens: AgentRecord['tokens']): number {
  return tokens === null ? 0 : tokens.input + tokens.output + tokens.cache_read + tokens.cache_write;
}
