import { assert, nat, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar } from '../../src/faces/cli/bar.ts';
import { duration, elapsed } from '../../src/faces/cli/duration.ts';
import { plain, plainLines } from '../../src/faces/cli/plain.ts';
import { COLOURED, MARKS } from '../../src/faces/cli/style.ts';
import { cut, pad, table, width } from '../../src/faces/cli/width.ts';

describe('text from outside', () => {
  it.each([
    ['plain ASCII', 'plain ASCII'],
    ['Grüße, 世界 🎉', 'Grüße, 世界 🎉'],
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['a\u202etxt.exe', 'a\\u{202e}txt.exe'],
    ['two\nlines\ttab', 'two\\nlines tab'],
    ['\u009b31m \u200bx \ufeff', '\\u{9b}31m \\u{200b}x \\u{feff}'],
    ['half \ud800', 'half \\u{d800}'],
    ['👩‍💻', '👩‍💻'],
  ])('%j cannot move the cursor', (text, shown) => {
    expect(plain(text)).toBe(shown);
  });

  it('never holds a control or bidirectional character, whatever it was', () => {
    assert(property(string({ unit: 'binary' }), (text) => !/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u.test(plain(text))));
  });

  it('keeps its lines where there may be lines', () => {
    expect(plainLines('a\r\nb\u0007\n')).toEqual(['a', 'b\\u{7}']);
  });
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['世界', 4],
    ['e\u0301', 1],
    ['🎉', 2],
    ['👩‍💻', 2],
    [COLOURED.red('abc'), 3],
    ['…✓✗·', 4],
  ])('%j takes %i', (text, columns) => {
    expect(width(text)).toBe(columns);
  });

  it('are exact after padding, and never too many after cutting', () => {
    expect(pad('ab', 4)).toBe('ab  ');
    expect(pad('abcdef', 4)).toBe('abc…');
    expect(pad('世界世界', 4)).toBe('世… ');
    expect(cut('abc', 0)).toBe('');
    assert(property(string({ unit: 'grapheme' }), nat(30), (text, columns) => width(cut(plain(text), columns)) <= columns));
  });

  it('line up in a table', () => {
    expect(table([['a', 'long', 'x'], ['bbb', 'c', 'y']])).toEqual(['a    long  x', 'bbb  c     y']);
  });

  it('of every mark are one', () => {
    expect(Object.values(MARKS).filter((mark) => width(mark) !== 1)).toEqual([]);
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0 s'],
    [-5, '0 s'],
    [340.5, '340 ms'],
    [59_999, '59 s'],
    [90_000, '1 min 30 s'],
    [1_800_000, '30 min'],
    [28_800_000, '8 h'],
    [90_061_000, '1 d 1 h'],
  ])('%i ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [7_000, '0:07'],
    [760_000, '12:40'],
    [11_109_000, '3:05:09'],
    [-1, '0:00'],
  ])('%i ms is %s on a stopwatch', (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });

  it.each([
    [0, 5, '[........]'],
    [1, 100, '[#.......]'],
    [99, 100, '[#######.]'],
    [5, 5, '[########]'],
    [0, 0, '[........]'],
  ])('%i of %i is a bar %s: full only when all is done', (done, of, text) => {
    expect(bar(done, of, 10)).toBe(text);
  });
});
