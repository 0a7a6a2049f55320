import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, FormatError, inOrder, sha256Hex, sha256HexTwice } from '../../src/format/canonical.ts';
import { parseFile, renderFile } from '../../src/format/file.ts';

/** Any value that JSON can say: no -0, no lone surrogates. Member names that look like numbers come often, since engines move them first. */
const sayable = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false, '', 0, 1e21, 1e-7, 5e-324),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.integer({ min: 0, max: 99 }).map(String), fc.constantFrom('__proto__', 'toJSON', '~', '/')), tie('value'), { maxKeys: 6 }),
  ),
})).value;

/** Sorts members the slow way, by hand: what canonical text must be equal to. */
function byHand(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(byHand).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${byHand((value as Record<string, unknown>)[name])}`).join(',')}}`;
}

function refusalOf(value: unknown): FormatError {
  try {
    canonical(value);
  } catch (cause) {
    if (cause instanceof FormatError) return cause;
    throw cause;
  }
  throw new Error('it was said');
}

describe('canonical JSON', () => {
  it('says the same value, sorted, whatever order the members came in', () => {
    fc.assert(
      fc.property(sayable, (value) => {
        const text = canonical(value);
        expect(text).toBe(byHand(value));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonical(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('is what RFC 8785 shows', () => {
    const shown = { numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001], string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/', literals: [null, true, false] };
    expect(canonical(shown)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it('sorts by UTF-16 code units, not by code points', () => {
    expect(canonical({ '\ufb33': 1, '\u{1f600}': 2, '\u20ac': 3, '\r': 4, '1': 5, '10': 6, '9': 7 })).toBe('{"\\r":4,"1":5,"10":6,"9":7,"\u20ac":3,"\u{1f600}":2,"\ufb33":1}');
  });

  it('puts a thousand members in order that stood the other way round', () => {
    const names = Array.from({ length: 1_000 }, (_, at) => `k${String(at)}`);
    const value = Object.fromEntries(names.toReversed().map((name) => [name, 0]));
    expect(Object.keys(JSON.parse(canonical(value)) as object)).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('leaves out an undefined member', () => {
    expect(canonical({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  class Instance {
    readonly a = 1;
  }
  it.each<[string, unknown, string, RegExp]>([
    ['NaN', { a: [0, Number.NaN] }, '/a/1', /NaN/],
    ['infinity', { a: Number.POSITIVE_INFINITY }, '/a', /Infinity/],
    ['-0', { a: { b: -0 } }, '/a/b', /-0/],
    ['undefined in an array', [1, undefined], '/1', /undefined/],
    ['a hole in an array', Object.assign([1], { 2: 2 }), '/1', /undefined/],
    ['undefined', undefined, '', /undefined/],
    ['a function', { toJSON: () => 1 }, '/toJSON', /function/],
    ['a bigint', [1n], '/0', /bigint/],
    ['a symbol', { a: Symbol('x') }, '/a', /symbol/],
    ['a lone surrogate', { z: ['\ud800'] }, '/z/0', /lone surrogate/],
    ['a lone surrogate in a name', { a: { '\udc00': 1 } }, '/a', /member name/],
    ['a Date', { at: new Date(0) }, '/at', /instance/],
    ['a Map', new Map(), '', /instance/],
    ['an instance', [new Instance()], '/0', /instance/],
    ['a place whose name has to be escaped', { 'a/b~c': Number.NaN }, '/a~1b~0c', /NaN/],
    ['what stands behind members out of order', { b: 1, a: { c: Number.NaN } }, '/a/c', /NaN/],
  ])('refuses %s and names the place', (_what, value, pointer, message) => {
    const refusal = refusalOf(value);
    expect(refusal).toMatchObject({ code: 'CANONICAL_UNSAYABLE', pointer });
    expect(refusal.message).toMatch(message);
  });

  it('refuses whatever holds something unsayable, at its place', () => {
    const bad = fc.constantFrom<unknown>(Number.NaN, -0, 1n, '\ud800', new Date(0), Symbol('s'), () => 1);
    fc.assert(
      fc.property(fc.array(sayable, { maxLength: 4 }), bad, fc.array(sayable, { maxLength: 4 }), fc.boolean(), (before, wrong, after, inObject) => {
        const list = [...before, wrong, ...after];
        const value = inObject ? { list, a: 1 } : list;
        expect(refusalOf(value).pointer).toBe(`${inObject ? '/list' : ''}/${String(before.length)}`);
      }),
    );
  });

  it('gives a value that stands in order back as it is', () => {
    const value = { a: 1, b: [{ c: 2, d: 3 }] };
    expect(inOrder(value)).toBe(value);
    expect(JSON.stringify(inOrder({ b: 1, a: { d: 1, c: 2 } }))).toBe('{"a":{"c":2,"d":1},"b":1}');
  });
});

describe('files', () => {
  it('come back as they were, and only from their own bytes', () => {
    fc.assert(
      fc.property(sayable, (value) => {
        const bytes = renderFile(value);
        expect(Buffer.from(renderFile(parseFile(bytes)))).toEqual(Buffer.from(bytes));
        expect(parseFile(Buffer.concat([bytes, Buffer.from(' ')]))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['members out of order', '{\n  "b": 1,\n  "a": 2\n}\n'],
    ['no newline at the end', '{}'],
    ['white space', '{ }\n'],
    ['a member twice', '{\n  "a": 1,\n  "a": 1\n}\n'],
    ['a byte order mark', '\ufeff{}\n'],
    ['another way to write a number', '1.0\n'],
    ['-0', '-0\n'],
    ['another way to write a letter', '"\\u0041"\n'],
    ['a lone surrogate', '"\\ud800"\n'],
    ['no JSON', 'hello\n'],
    ['nothing', ''],
  ])('are not read with %s', (_what, text) => {
    expect(parseFile(Buffer.from(text))).toBeUndefined();
  });

  it('are not read when they are not UTF-8', () => {
    expect(parseFile(Buffer.from([0x22, 0xff, 0x22, 0x0a]))).toBeUndefined();
  });
});

describe('digests', () => {
  it('of a part and of the whole are the same in one reading as in two', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 16_383, 16_384, 40_000), fc.double({ min: 0, max: 1, noNaN: true }), (length, share) => {
        const bytes = Buffer.alloc(length, 'coo');
        const part = Math.floor(length * share);
        expect(sha256HexTwice(bytes, part)).toEqual([sha256Hex(bytes.subarray(0, part)), sha256Hex(bytes)]);
      }),
    );
  });
});
