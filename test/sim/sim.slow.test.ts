import { expect, it } from 'vitest';
import { sim } from './command.ts';

it.each([
  ['1', '200'],
  ['100000', '10000'],
])('from seed %s on %s runs break no law', { timeout: 3_000_000 }, async (seed, runs) => {
  const { exit, stdout } = await sim('--seed', seed, '--runs', runs);
  expect([exit, exit === 0 ? '' : stdout]).toEqual([0, '']);
});
