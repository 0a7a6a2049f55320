import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClaude } from '../../src/adapters/harness/read-claude.ts';
import { readCommand } from '../../src/adapters/harness/command.ts';
import { readCodex } from '../../src/adapters/harness/read-codex.ts';
import { lineReader } from '../../src/adapters/harness/lines.ts';
import { resetIn } from '../../src/adapters/harness/reset-time.ts';
import type { Used } from '../../src/ports/harness.ts';
import type { Ending, Finished } from '../../src/ports/process.ts';
import { fc } from '../format/fuzz.ts';

/** What the real programs wrote, recorded by `COO_RECORD=test/transcripts npm run test:agents`; `npx vitest run -u` writes what is read of them anew. */
const FOLDER = join(import.meta.dirname, '../transcripts');
const RECORDED = readdirSync(FOLDER).filter((name) => /^(?:claude|codex|codex-record)\..*\.jsonl$/.test(name));
/** When they were recorded, for texts that name a time of day. */
const THEN = new Date(2026, 10, 21, 20, 0).getTime();

function finished(ending: Ending): Finished {
  return { ending, ms: 0, outputBytes: 0 };
}
const OVER = finished({ kind: 'exited', code: 0 });

/** All that is read of a program's output, cut into chunks, and every account that it gave meanwhile. */
function readAll(name: string, chunks: readonly Uint8Array[], end: Finished): object {
  const accounts: Used[] = [];
  const used = (one: Used): void => void accounts.push(one);
  const codex = readCodex(used, () => THEN);
  const claude = readClaude(used);
  const reader = name.startsWith('claude') ? claude : codex;
  const lines = lineReader((line) => (name.startsWith('codex-record') ? codex.takeRecord(line) : reader.take(line)));
  for (const chunk of chunks) lines.push(chunk);
  lines.end();
  const { until_ms, ...report } = reader.over(end);
  // Codex names a time of day, in whichever zone this runs.
  return { ...report, until_ms: until_ms !== null && reader === codex ? until_ms - THEN : until_ms, accounts };
}

const bytesOf = (name: string): Uint8Array => readFileSync(join(FOLDER, name));
/** How a program ends by itself after what it wrote: the real ones exit with 1 after an error. */
function endOf(name: string): Finished {
  if (name.includes('killed')) return finished({ kind: 'signalled', signal: 'SIGKILL' });
  if (name.includes('wall')) return finished({ kind: 'timed_out' });
  return name.includes('burns') || name.includes('turns.1') ? finished({ kind: 'stopped' }) : OVER;
}

describe.each(RECORDED)('%s', (name) => {
  it('is read as it was', async () => {
    await expect(`${JSON.stringify(readAll(name, [bytesOf(name)], endOf(name)), null, 2)}\n`).toMatchFileSnapshot(join(FOLDER, name.replace('.jsonl', '.read.json')));
  });

  it('says the same however its bytes are cut', () => {
    const bytes = bytesOf(name);
    const whole = readAll(name, [bytes], OVER);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (at) => {
        const cuts = [0, ...at.toSorted((a, b) => a - b), bytes.length];
        expect(readAll(name, cuts.slice(1).map((to, index) => bytes.subarray(cuts[index], to)), OVER)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('says the same with lines in between that are none of its own', () => {
    const lines = readFileSync(join(FOLDER, name), 'utf8').trimEnd().split('\n');
    const whole = readAll(name, [bytesOf(name)], OVER);
    const garbage = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{', '{"type":"no such type"}', '{"type":"assistant"', '[1]', 'null', '{"type":{}}', '\u0000', '{"__proto__":{"type":"result"}}'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: lines.length }), garbage), { maxLength: 8 }), (more) => {
        const mixed = lines.flatMap((line, at) => more.filter(([before]) => before === at).map(([, text]) => text.replaceAll('\n', ' ')).concat(line));
        expect(readAll(name, [new TextEncoder().encode(`${mixed.join('\n')}\n`)], OVER)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('cut off anywhere, is an end that is no success unless it was told whole', () => {
    const bytes = bytesOf(name);
    fc.assert(
      fc.property(fc.nat({ max: Math.max(0, bytes.length - 2) }), (at) => {
        const { end } = readAll(name, [bytes.subarray(0, at)], finished({ kind: 'signalled', signal: 'SIGKILL' })) as { end: string };
        expect(end).not.toBe('silent');
      }),
      { numRuns: 30 },
    );
  });
});

describe('claude', () => {
  const read = (...said: readonly object[]): ReturnType<typeof readAll> => readAll('claude', [new TextEncoder().encode(said.map((one) => `${JSON.stringify(one)}\n`).join(''))], OVER);
  const RESULT = { type: 'result', subtype: 'success', is_error: false, num_turns: 1, result: 'ok' };

  it('that ended without a result has said nothing', () => {
    expect(read({ type: 'system', subtype: 'init', session_id: 's' })).toMatchObject({ end: 'silent', session: 's', tokens: null });
  });

  it('counts an answer once, in however many parts it came', () => {
    const part = { type: 'assistant', message: { id: 'm1', model: 'm', usage: { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5 } } };
    expect(read(part, part, { ...part, message: { ...part.message, id: 'm2' } })).toMatchObject({ tokens: { input: 20, output: 2, cache_read: 10, cache_write: 0 } });
  });

  it('counts at the end what sub-agents and small models used too', () => {
    const modelUsage = { big: { inputTokens: 10, outputTokens: 2, cacheReadInputTokens: 1, cacheCreationInputTokens: 4 }, small: { inputTokens: 5, outputTokens: 1 } };
    expect(read({ ...RESULT, modelUsage, usage: { input_tokens: 10 }, total_cost_usd: 0.5 })).toMatchObject({ end: 'done', tokens: { input: 15, output: 3, cache_read: 1, cache_write: 4 }, cost: { micro_usd: 500_000, source: 'given' } });
  });

  it('refused by its model is not tried again', () => {
    expect(read({ ...RESULT, stop_reason: 'refusal', result: 'I cannot help with that.' })).toMatchObject({ end: 'denied', detail: 'the model refuses: I cannot help with that.' });
  });

  it('that asks again with a log-in that was refused twice has no hope; once, it may have changed an old one for a new one', () => {
    const tries = (...statuses: readonly number[]): boolean => {
      const reader = readClaude(() => undefined);
      for (const [index, error_status] of statuses.entries()) reader.take(JSON.stringify({ type: 'system', subtype: 'api_retry', attempt: index + 1, error_status, error: 'authentication_failed' }));
      return reader.isHopeless;
    };
    expect([tries(401), tries(401, 401), tries(500, 500, 500)]).toEqual([false, true, false]);
    expect(read({ type: 'system', subtype: 'api_retry', attempt: 2, error_status: 401, error: 'authentication_failed' })).toMatchObject({ end: 'login', detail: 'authentication_failed', fix: expect.stringContaining('claude setup-token') as string });
  });

  it('that nobody pays for needs a person, and not another attempt', () => {
    expect(read({ type: 'assistant', error: 'billing_error', message: { model: '<synthetic>' } }, { ...RESULT, is_error: true, result: 'Credit balance is too low' })).toMatchObject({ end: 'login', detail: 'Credit balance is too low', fix: expect.stringContaining('pay') as string });
  });

  it('says what it was denied', () => {
    expect(read({ ...RESULT, permission_denials: [{ tool_name: 'Bash', tool_input: { command: 'rm -rf x' } }, { tool_name: 'WebFetch', tool_input: { url: 'https://example.com' } }, { tool_name: 'Odd', tool_input: { n: 1 } }, 7] })).toMatchObject({ end: 'done', denials: ['Bash(rm -rf x)', 'WebFetch(https://example.com)', 'Odd({"n":1})', 'a tool({})'] });
  });

  it('takes no figure that cannot be one', () => {
    expect(read({ ...RESULT, num_turns: -1, total_cost_usd: 1e300, modelUsage: { m: { inputTokens: 1e18, outputTokens: 0.5, cacheReadInputTokens: '7' } } })).toMatchObject({ turns: null, cost: null, tokens: { input: 0, output: 0, cache_read: 0, cache_write: 0 } });
  });
});

describe('codex', () => {
  const waits = (message: string): boolean => {
    const reader = readCodex(() => undefined, () => THEN);
    reader.take(JSON.stringify({ type: 'error', message }));
    return reader.waits;
  };

  it.each([
    ['Reconnecting... 1/5 (unexpected status 401 Unauthorized)', false],
    ['Reconnecting... 2/5 (unexpected status 401 Unauthorized)', true],
    ['Reconnecting... 12/20 (unexpected status 401 Unauthorized)', true],
    ['Reconnecting... 2/5 (unexpected status 500)', false],
    ['Reconnecting... 1/5 (unexpected status 429)', true],
  ])('%s: has no hope: %s', (message, hopeless) => {
    expect(waits(message)).toBe(hopeless);
  });
});

describe('when codex can be asked again', () => {
  const now = new Date(2026, 10, 21, 20, 0, 30).getTime();
  it.each([
    ['try again at 8:39 PM.', new Date(2026, 10, 21, 20, 40)],
    ['try again at 12:05 AM.', new Date(2026, 10, 22, 0, 6)],
    ['try again at 7:00 PM.', new Date(2026, 10, 22, 19, 1)],
    ['or try again at Nov 25th, 2026 6:54 AM.', new Date(2026, 10, 25, 6, 55)],
    ['or try again at Jan 1st, 2027 12:00 PM.', new Date(2027, 0, 1, 12, 1)],
  ])('%s', (text, at) => {
    expect(resetIn(text, now)).toBe(at.getTime());
  });

  it('is not known where it does not say', () => {
    expect(['Try again later.', '', 'try again at noon'].map((text) => resetIn(text, now))).toEqual([null, null, null]);
  });
});

describe("a program of the user's", () => {
  const read = (...lines: readonly string[]): object => {
    const reader = readCommand(() => undefined);
    for (const line of lines) reader.take(line);
    return reader.over(OVER);
  };

  it('cannot take back what it said that it used', () => {
    const first = '{"type":"usage","input":10,"output":5,"usd":1}';
    const all = { tokens: { input: 10, output: 5, cache_read: 0, cache_write: 0 }, cost: { micro_usd: 1_000_000, source: 'given' } };
    for (const value of ['-1', '0', '1e308', '1e999', '"7"', 'null', '9007199254740993']) expect(read(first, `{"type":"usage","input":${value},"output":${value},"usd":${value}}`), value).toMatchObject(all);
    expect(read(first, '{"type":"usage"}')).toMatchObject(all);
    expect(read(first, '{"type":"usage","input":12}')).toMatchObject({ tokens: { input: 12, output: 5 } });
  });

  it('that names no count has given no account', () => {
    expect(read('{"type":"usage"}', '{"type":"usage","input":"NaN","usd":-1}')).toMatchObject({ tokens: null, cost: null });
  });
});
