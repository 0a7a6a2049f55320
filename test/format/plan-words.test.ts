import { describe, expect, it } from 'vitest';
import { badTarget } from '../../src/format/branch-name.ts';
import { parseDuration } from '../../src/format/duration.ts';
import { escapeHidden, formatFault, hiddenIn, quoted } from '../../src/format/fault.ts';
import { suggest } from '../../src/format/suggest.ts';
import { fc } from './fuzz.ts';

describe('a duration', () => {
  it.each([['90s', 90_000], ['10m', 600_000], ['1h30m', 5_400_000], ['250ms', 250], ['1d', 86_400_000], ['1m5ms', 60_005], ['0s', 0], [1_500, 1_500], [0, 0]])('%s', (written, ms) => {
    expect(parseDuration(written)).toBe(ms);
  });

  it.each(['', ' ', '1', '1.5h', '-1s', '1 h', '1h 30m', '30m1h', '1x', 'm', '1S', '\u0661s', `${'9'.repeat(60)}s`, -1, 1.5, Number.NaN, Infinity, null, true, [], {}])('is not %j', (written) => {
    expect(parseDuration(written)).toBeUndefined();
  });
});

describe('did you mean', () => {
  it.each([['biuld', 'build'], ['Build', 'build'], ['tset', 'test'], ['depend_on', 'depends_on'], ['titel', 'title']])('%s: %s', (word, meant) => {
    expect(suggest(word, ['build', 'test', 'depends_on', 'title'])).toBe(meant);
  });

  it.each(['release', '', 'b', 'x'.repeat(1_000)])('%s: nothing', (word) => {
    expect(suggest(word, ['build', 'test'])).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (word, words) => [undefined, ...words].includes(suggest(word, words))));
  });
});

describe('a target', () => {
  it.each(['main', 'release/1.x', 'feature/#1', 'caf\u00e9', 'cool', 'a-b', 'x@y'])('may be %s', (name) => {
    expect(badTarget(name, 'coo')).toBeUndefined();
  });

  it.each(['-x', 'refs/heads/main', 'HEAD', '@', 'a..b', 'a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', 'a@{1}', '/a', 'a/', 'a//b', '.a', 'a/.b', 'a.lock', 'a.lock/b', 'a.', 'a\u0007', 'x'.repeat(201), 'coo', 'coo/x', 'COO/ledger'])('may not be %s', (name) => {
    expect(badTarget(name, 'coo')?.code).toMatch(/^(?:BAD_BRANCH|TARGET_RESERVED)$/);
  });
});

describe('what is hidden', () => {
  it.each(['\u200b', '\u202e', '\u2066', '\ufeff', '\u00ad', '\u{e0041}', '\u001b', '\u0000', '\ud800', '\u2028', '\u3164'])('is found and written out: %j', (char) => {
    expect(hiddenIn(`a${char}b`)).toMatch(/^U\+[0-9A-F]{4,6}$/);
    expect(escapeHidden(`a${char}b`)).toMatch(/^a\\u\{[0-9a-f]+\}b$/);
    expect(quoted(`a${char}b`)).not.toContain(char);
  });

  it('is not what people write', () => {
    expect(['a\tb\nc\r\n', 'caf\u00e9', '\u4e2d\u6587', '\u{1f600}'].map(hiddenIn)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('cannot move the cursor of who reads a fault', () => {
    const fault = { code: 'X', message: 'a\u001b[2Jb\nc', fix: 'd\u202e', file: 'e\u0007', line: 1, column: 2, pointer: '', severity: 'warning' } as const;
    expect(formatFault(fault)).toBe('e\\u{7}:1:2 warning X a\\u{1b}[2Jb\\nc\n  fix: d\\u{202e}');
  });
});
