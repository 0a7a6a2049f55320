import { expect, it } from 'vitest';
import { NO_USE, endWords, sessionWords, useWords, withRun } from '../../src/app/report/agent-use.ts';
import type { AgentRecord } from '../../src/format/run.ts';

const AGENT: AgentRecord = { version: '2.1.197', model: 'm-1', session: 's-1', turns: 2, tokens: { input: 1_000, output: 20, cache_read: 3, cache_write: 4 }, cost: { micro_usd: 250_000, source: 'given' }, denials: [], end: 'done', transcript: { sha256: 'a'.repeat(64), bytes: 1, kept: 1 } };

it('adds up sessions, and says which had no price', () => {
  const priced = withRun(NO_USE, { agent: AGENT });
  expect(useWords(priced)).toBe('1,027 tokens and $0.25 in 1 session');
  const two = withRun(priced, { agent: { ...AGENT, cost: null } });
  expect(useWords(two)).toBe('2,054 tokens and $0.25 in 2 sessions, 1 of them without a price');
  expect(useWords(withRun(NO_USE, { agent: { ...AGENT, cost: null, tokens: null } }))).toBe('0 tokens in 1 session, without a price');
  expect(withRun(two, {})).toEqual(two);
});

it('says of one session what its program told, and that it did not', () => {
  expect(sessionWords(AGENT)).toEqual(['m-1, program 2.1.197, session s-1', '2 turns; 1,000 tokens in, 20 out, 3 from a cache, 4 into one; $0.25, as its program says']);
  expect(sessionWords({ ...AGENT, version: '', model: null, session: null, turns: null, tokens: null, cost: null })).toEqual(['an unnamed model', 'turns not told; tokens not told; no price']);
  expect(sessionWords({ ...AGENT, turns: 1, cost: { micro_usd: 543, source: 'priced', prices: '2026-11-21' } })[1]).toContain('1 turn; 1,000 tokens in, 20 out, 3 from a cache, 4 into one; $0.0005, by the price table of 2026-11-21');
  expect([endWords({ end: 'timed_out' }), endWords({ end: 'quota', detail: 'try later' })]).toEqual(['timed out', 'quota: try later']);
});
