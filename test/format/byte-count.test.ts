import { expect, it } from 'vitest';
import { byteCount } from '../../src/format/byte-count.ts';

it.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KiB'],
  [10_240, '10 KiB'],
  [1_572_864, '1.5 MiB'],
  [1_073_741_824, '1.0 GiB'],
  [2 ** 46, '64 TiB'],
  [2 ** 56, '65536 TiB'],
])('%d bytes are shown as %s', (bytes, shown) => {
  expect(byteCount(bytes)).toBe(shown);
});
