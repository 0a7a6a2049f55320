import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_JSON_BYTES, MAX_KEYS } from '../../src/format/limits.ts';
import { readStrictJson } from '../../src/format/strict-json.ts';
import { bytes, told, wellMade } from './corpus.ts';
import { fc, mangled } from './fuzz.ts';

const faultsOf = (content: Uint8Array | string): readonly string[] => {
  const read = readStrictJson('f.json', typeof content === 'string' ? bytes(content) : content);
  return read.ok ? [] : read.faults.map(told);
};

describe('strict JSON', () => {
  it.each([
    ['a key twice', '{"a": 1,\n "b": {"c": 1, "c": 2}}', ['2:16 KEY_DUPLICATE /b/c']],
    ['a key twice, once escaped', '{"a": 1, "\\u0061": 2}', ['1:10 KEY_DUPLICATE /a']],
    ['keys that change an object', '{"__proto__": 1, "x": [{"constructor": 2}], "prototype": 3}', ['1:2 KEY_FORBIDDEN /__proto__', '1:25 KEY_FORBIDDEN /x/0/constructor', '1:45 KEY_FORBIDDEN /prototype']],
    ['a forbidden key, escaped', '{"\\u005f_proto__": 1}', ['1:2 KEY_FORBIDDEN /__proto__']],
    ['2^53 + 1', '[9007199254740993]', ['1:2 NUMBER_UNSAYABLE /0']],
    ['2^53, which 2^53 + 1 is read as', '[9007199254740992]', ['1:2 NUMBER_UNSAYABLE /0']],
    ['1e400', '{"a/b": {"c~d": 1e400}}', ['1:17 NUMBER_UNSAYABLE /a~1b/c~0d']],
    ['a number too small', '[1e-400]', ['1:2 NUMBER_UNSAYABLE /0']],
    ['minus zero', '[-0, -0.0, -1e-400]', ['1:2 NUMBER_UNSAYABLE /0', '1:6 NUMBER_UNSAYABLE /1', '1:12 NUMBER_UNSAYABLE /2']],
    ['half a surrogate pair', '["\\ud800", "\\udc00\\ud800"]', ['1:2 TEXT_SURROGATE /0', '1:12 TEXT_SURROGATE /1']],
    ['an escaped NUL', '["a\\u0000"]', ['1:2 TEXT_NUL /0']],
    ['a NUL', '["a\u0000"]', ['1:4 TEXT_NUL']],
    ['a byte order mark', '\uFEFF{}', ['1:1 TEXT_BOM']],
    ['nothing', ' \n', ['2:1 JSON_EMPTY']],
    ['a comma too many', '[1,]', ['1:4 JSON_SYNTAX /0']],
    ['a comment', '{} // x', ['1:4 JSON_SYNTAX']],
    ['a raw line end in a text', '["a\nb"]', ['1:4 JSON_SYNTAX /0']],
    ['an octal number', '[01]', ['1:3 JSON_SYNTAX']],
    ['a number with a plus', '[+1]', ['1:2 JSON_SYNTAX /0']],
    ['NaN', '[NaN]', ['1:2 JSON_SYNTAX /0']],
    ['an unknown escape', '["\\x41"]', ['1:3 JSON_SYNTAX /0']],
    ['a text that is not closed', '{"a": "b', ['1:9 JSON_SYNTAX /a']],
    ['a map that is not closed', '{"a": 1', ['1:8 JSON_SYNTAX']],
  ])('refuses %s', (_what, text, expected) => {
    const found = faultsOf(text);
    expect(found.map((one) => one.replace(/(JSON_SYNTAX).*/, '$1'))).toEqual(expected.map((one) => one.replace(/(JSON_SYNTAX).*/, '$1')));
  });

  it('refuses bytes that are not UTF-8, where they stand', () => {
    expect(faultsOf(Uint8Array.of(0x5b, 0x0a, 0x22, 0xff, 0x22, 0x5d))).toEqual(['2:2 TEXT_NOT_UTF8']);
    expect(faultsOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))).toEqual(['1:2 TEXT_NOT_UTF8']);
    expect(faultsOf(Uint8Array.of(0xff, 0xfe, 0x7b, 0x00))).toEqual(['1:1 TEXT_NOT_UTF8']);
  });

  it('keeps its caps: bytes, depth, members', () => {
    expect(faultsOf(new Uint8Array(MAX_JSON_BYTES + 1))).toEqual(['1:1 FILE_TOO_LARGE']);
    expect(faultsOf(`${'['.repeat(MAX_DEPTH)}${']'.repeat(MAX_DEPTH)}`)).toEqual([]);
    expect(faultsOf('['.repeat(1_000_000))).toEqual([expect.stringMatching(/^1:65 JSON_TOO_DEEP/)]);
    expect(faultsOf('{"a":'.repeat(500_000))).toEqual([expect.stringMatching(/JSON_TOO_DEEP/)]);
    expect(faultsOf(`[${'0,'.repeat(MAX_KEYS - 1)}0]`)).toEqual([]);
    expect(faultsOf(`[${'0,'.repeat(MAX_KEYS)}0]`)).toEqual([expect.stringMatching(/JSON_TOO_MANY_KEYS/)]);
    expect(faultsOf(`{${Array.from({ length: MAX_KEYS + 1 }, (_unused, at) => `"${String(at)}":0`).join(',')}}`)).toEqual([expect.stringMatching(/JSON_TOO_MANY_KEYS/)]);
  });

  it('tells the place of what lies below a very long key', () => {
    const read = readStrictJson('f.json', bytes(`{"${'k'.repeat(1_000_000)}": [${'0,'.repeat(40_000)}1], "x":\n2}`));
    expect(read.ok && read.document.placeOf('/x')).toEqual({ line: 1, column: expect.any(Number) as number });
    expect(read.ok && read.document.placeOf(`/${'k'.repeat(1_000_000)}/40000`).column).toBe(1_080_007);
  });

  it('tells the place of members by their key, of items by themselves, of what is absent by what is around it', () => {
    const read = readStrictJson('f.json', bytes('{"a":\n [1,\n  {"b/c": 2}]}'));
    if (!read.ok) throw new Error('has faults');
    const { placeOf } = read.document;
    expect([placeOf(''), placeOf('/a'), placeOf('/a/1'), placeOf('/a/1/b~1c'), placeOf('/a/1/zzz'), placeOf('/nothing')]).toEqual([
      { line: 1, column: 1 }, { line: 1, column: 2 }, { line: 3, column: 3 }, { line: 3, column: 4 }, { line: 3, column: 3 }, { line: 1, column: 1 },
    ]);
  });

  it('reads what JSON.parse reads, as JSON.parse reads it', () => {
    const fine = (value: unknown): boolean => !/"(?:__proto__|constructor|prototype)":|-0(?![.\d])/.test(JSON.stringify(value));
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }).filter(fine), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const read = readStrictJson('f.json', bytes(text));
        const sayable = !JSON.stringify(value).includes('\\u0000') && !/\\ud[89a-f]/.test(text) && !numbersOf(value).some((one) => Number.isInteger(one) && !Number.isSafeInteger(one));
        if (sayable) expect(read.ok ? read.document.value : read.faults).toEqual(JSON.parse(text));
      }),
    );
  });

  it('never throws, and takes nothing that JSON.parse does not take', () => {
    fc.assert(
      fc.property(mangled('{"plan_id": "p", "n": [1, -2.5e3, true, null], "t": "a\\u00e9\\n"}'), (content) => {
        const read = readStrictJson('f.json', content);
        if (!read.ok) return wellMade(read.faults);
        expect(read.document.value).toEqual(JSON.parse(new TextDecoder().decode(content)));
        return true;
      }),
    );
  });
});

function numbersOf(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}
