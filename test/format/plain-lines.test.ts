import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/format/canonical.ts';
import { endOfPlainLists } from '../../src/format/plain-lines.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** The end of one list of one line, less what stands around it. */
function isPlain(value: string): boolean {
  const text = `"a":[\n${value}\n],\n`;
  const end = endOfPlainLists(bytesOf(`${text}rest`), ['a'], 0);
  return end === bytesOf(text).length;
}

describe('values told to be canonical as they stand', () => {
  it.each(['{}', '[]', '""', '0', '-1', '999999999999999', 'true', 'null', '"ü \u2028 \u007f {}[],:"', '{"a":1,"aa":"","ab":[{"b":null},[],{}],"b":{"a":-20}}', '{"!":1,"a!":2,"a#":3}', '{"":0,"A":0,"_":0,"a":0}', '{"10":0,"9":0,"a":0}'])('%s', (text) => expect([isPlain(text), canonical(JSON.parse(text))]).toEqual([true, text]));

  it.each(['{"a": 1}', '{ "a":1}', '{"a":1 }', '[1, 2]', '[ ]', '{\n"a":1}', '[1,\n2]', '{"b":1,"a":2}', '{"a":1,"a":2}', '{"ab":1,"a":2}', '{"a#":1,"a!":2}', '{"9":0,"10":0}', '-0', '1.0', '1e3', '1E3', '01', '1000000000000000', '0.5', '"\\u0061"', '"\\n"', '{"\\u0061":1}', '{"ü":1}', ' 1', '1 ', '', '{"a":{"b":1,"a":2}}', '[{"b":1,"a":2}]', '1,\n\n2', `${'['.repeat(65)}${']'.repeat(65)}`])('not, or not plainly: %j', (text) => expect(isPlain(text)).toBe(false));

  it('says of no other text that it is what canonical JSON says', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.nat(), fc.constantFrom('', ' ', '\n', '0', ',', '"', '\\', '}', '-', 'é'), (text, place, put) => {
        const at = place % (text.length + 1);
        const changed = (text.slice(0, at) + put + text.slice(at)).toWellFormed();
        for (const one of [text, changed]) {
          if (isValid(one) && isPlain(one)) expect(canonical(JSON.parse(one))).toBe(one);
        }
        const plain = canonical(JSON.parse(text));
        if (!/[\\.eE]|[0-9]{16}|[^\0-\u007f]/.test(plain)) expect(isPlain(plain)).toBe(true);
      }),
    );
  });
});

function isValid(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}

describe('lists of lines', () => {
  const end = (text: string): number | undefined => endOfPlainLists(bytesOf(text), ['a', 'b'], 1);
  it('end where they do', () => {
    expect(end('x"a":[],\n"b":[],\n"digest"')).toBe(17);
    expect(end('x"a":[\n{},\n1\n],\n"b":[\n[]\n],\n')).toBe(28);
  });

  it.each(['x"a":[],\n', 'x"b":[],\n"a":[],\n', 'x"a":[\n],\n"b":[],\n', 'x"a":[{}],\n"b":[],\n', 'x"a":[\n{}],\n"b":[],\n', 'x"a":[\n{},{}\n],\n"b":[],\n', 'x"a":[\n{},\n],\n"b":[],\n', 'x"a":[\n{}\n]\n"b":[],\n', 'x"a":[],"b":[],\n', 'x"a":[],\n"b":[]}\n', 'x"a":[\n"', 'x"a":[\n{"a'])('have no end: %j', (text) => expect(end(text)).toBeUndefined());
});
