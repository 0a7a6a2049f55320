import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isId, orderId, parseOrderId, parseStepKey, stepKey } from '../../src/kernel/ids.ts';
import { isoTime } from '../../src/kernel/iso.ts';

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/);

it('keys and order ids can be taken apart again', () => {
  const property = fc.property(id, id, fc.integer({ min: 1, max: 999_999_999 }), (plan_id, step_id, fence) => {
    expect(parseStepKey(stepKey(plan_id, step_id))).toEqual({ plan_id, step_id });
    expect(parseOrderId(orderId(plan_id, step_id, fence))).toEqual({ plan_id, step_id, fence });
  });
  fc.assert(property, { seed: 2, numRuns: 200 });
});

it.each(['', '-a', '_a', 'a b', 'a.b', 'a/b', 'é', 'a\n', 'a'.repeat(64)])('%j is no id', (text) => {
  expect(isId(text)).toBe(false);
});

it.each(['', 'a', '/a', 'a/', 'a/b/c', 'a/b.c', ' a/b'])('%j names no step', (text) => {
  expect(parseStepKey(text)).toBeUndefined();
});

it.each(['', 'a.b', 'a.b.0', 'a.b.01', 'a.b.-1', 'a.b.1.2', 'a.b.x', 'a.b.1234567890', '.b.1', 'a..1'])('%j is no order', (text) => {
  expect(parseOrderId(text)).toBeUndefined();
});

it('tells time as Date does, from the year 0 to 9999', () => {
  const property = fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (at_ms) => {
    expect(isoTime(at_ms)).toBe(new Date(at_ms).toISOString());
  });
  fc.assert(property, { seed: 3, numRuns: 3_000 });
});

it.each(['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2000-02-29T12:00:00.001Z', '2100-02-28T23:59:59.999Z', '2100-03-01T00:00:00.000Z', '2400-02-29T00:00:00.000Z', '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00.000Z'])('%s', (text) => {
  expect(isoTime(Date.parse(text))).toBe(text);
});
