import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_KEYS } from '../../src/format/limits.ts';
import { MESSAGE_TEXT_CAP, readMessage } from '../../src/format/messages.ts';
import { bytes, corpus, told, wellMade } from './corpus.ts';
import { fc, mangled } from './fuzz.ts';

const AT = { plan_id: 'p', step_id: 's', fence: 3 };
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const GOOD = [
  { type: 'step.progress', ...AT, token: 'secret', text: 'half way' },
  { type: 'step.done', ...AT, commit: COMMIT, result: 'all of it', context: 'see the notes' },
  { type: 'step.done', ...AT, commit: `${COMMIT}${COMMIT.slice(0, 24)}` },
  { type: 'step.done', ...AT, commit: null },
  { type: 'step.blocked', ...AT, reason: 'no key' },
  { type: 'step.question', ...AT, to: 'you', text: 'which one?' },
  { type: 'claim.release', ...AT },
  { type: 'claim.release', ...AT, reason: 'ill' },
  { type: 'seat.join', seat: 'guest-1', roles: ['developer'] },
  { type: 'note', text: 'hello' },
  { type: 'note', by: 'me', text: 'hello', plan_id: 'p', step_id: 's' },
];

describe('a message', () => {
  it.each(GOOD.map((message) => [message.type, message]))('%s', (_type, message) => {
    expect(readMessage(bytes(JSON.stringify(message)), 'm.json')).toStrictEqual({ ok: true, message });
    expect(readMessage(bytes(JSON.stringify(message)), 'no-extension')).toStrictEqual({ ok: true, message });
    expect(readMessage(bytes(Object.entries(message).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`).join('')), 'm.yaml')).toStrictEqual({ ok: true, message });
  });

  it('may name its schema', () => {
    expect(readMessage(bytes('{"schema": "coo/message.v1", "type": "note", "text": "x"}'), 'm.json')).toStrictEqual({ ok: true, message: { type: 'note', text: 'x' } });
  });
});

describe('a bad message', () => {
  it.each(corpus('message'))('%s', (name, content, expected) => {
    const read = readMessage(content, name);
    expect(read.ok ? ['OK'] : read.faults.map(told)).toEqual(expected);
    expect(read.ok || wellMade(read.faults)).toBe(true);
  });

  it('is told what a done without a commit lacks', () => {
    const read = readMessage(bytes(JSON.stringify({ type: 'step.done', ...AT })), 'm.json');
    expect(read.ok ? '' : read.faults[0]?.fix).toContain('no change made: commit = start_commit');
  });

  it('says too much', () => {
    const read = (length: number): ReturnType<typeof readMessage> => readMessage(bytes(JSON.stringify({ type: 'note', text: 'x'.repeat(length) })), 'm.json');
    expect(read(MESSAGE_TEXT_CAP).ok).toBe(true);
    const long = read(MESSAGE_TEXT_CAP + 1);
    expect(long.ok ? [] : long.faults.map(told)).toEqual(['1:16 TEXT_TOO_LONG /text']);
  });

  it.each([
    ['m.json', 'JSON_TOO_MANY_KEYS'],
    ['m.yaml', 'YAML_TOO_MANY_KEYS'],
  ])('has more members than any message: %s', (name, code) => {
    const read = (length: number): ReturnType<typeof readMessage> => readMessage(bytes(`{"type": "note", "text": "x", "roles": [${'0,'.repeat(length - 4)}0]}`), name);
    const most = read(MAX_MESSAGE_KEYS);
    expect(most.ok ? [] : most.faults.map(told)).toEqual(['1:31 UNKNOWN_FIELD /roles']);
    const more = read(MAX_MESSAGE_KEYS + 1);
    expect(more.ok ? [] : more.faults.map(({ code: found }) => found)).toEqual([code]);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(mangled(JSON.stringify(GOOD[1])), fc.constantFrom('m.json', 'm.yaml', 'm', ''), (content, name) => {
        const read = readMessage(content, name);
        return read.ok || wellMade(read.faults);
      }),
    );
    const value = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), fc.dictionary(fc.constantFrom('type', 'plan_id', 'step_id', 'fence', 'token', 'commit', 'text', 'reason', 'seat', 'roles', 'by', 'to'), value), (good, odd) => {
        const read = readMessage(bytes(JSON.stringify({ ...good, ...odd })), 'm.json');
        return read.ok || wellMade(read.faults);
      }),
    );
  });
});
