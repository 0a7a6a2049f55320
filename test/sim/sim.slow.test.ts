import { expect, it } from 'vitest';
import { sim } from './command.ts';

it('10,000 runs break no law', { timeout: 3_000_000 }, async () => {
  const { exit, stdout } = await sim('--seed', '100000', '--runs', '10000');
  expect([exit, exit === 0 ? '' : stdout]).toEqual([0, '']);
});
