import { expect, it } from 'vitest';
import { recent, waitBeforePush } from '../../src/app/pull-request/pace.ts';

const NOW = Date.UTC(2030, 0, 1);

it('six pushes in any minute, the seventh when the first of them is a minute old', () => {
  const five = [1, 2, 3, 4, 5].map((ago) => NOW - ago * 1_000);
  expect(waitBeforePush([], NOW)).toBe(0);
  expect(waitBeforePush(five, NOW)).toBe(0);
  expect(waitBeforePush([...five, NOW - 50_000], NOW)).toBe(10_000);
  expect(waitBeforePush([...five, NOW - 60_000], NOW)).toBe(0);
  expect(waitBeforePush([...five, NOW - 50_000, NOW - 55_000], NOW)).toBe(10_000);
});

it('a clock that jumped makes nobody wait longer than a minute', () => {
  const future = Array.from({ length: 9 }, (_, at) => NOW + 1 + at * 86_400_000);
  expect(recent(future, NOW)).toEqual([]);
  expect(waitBeforePush(future, NOW)).toBe(0);
  expect(waitBeforePush(Array.from({ length: 99 }, () => NOW), NOW)).toBe(60_000);
});
