import { expect, it } from 'vitest';
import { sim } from './command.ts';

it('40 runs break no law', { timeout: 300_000 }, async () => {
  const { exit, stdout } = await sim('--seed', '1', '--runs', '40', '--jobs', '1');
  expect([exit, exit === 0 ? '' : stdout]).toEqual([0, '']);
});

it('the same seed gives the same trace, whatever ran before it and in whatever process', async () => {
  const [all, one] = await Promise.all([sim('--seed', '31', '--runs', '5', '--digests'), sim('--seed', '35', '--runs', '1', '--digests')]);
  const digestOf = (stdout: string): string | undefined => /^35 ([0-9a-f]{64})$/m.exec(stdout)?.[1];
  expect(digestOf(one.stdout)).toBeDefined();
  expect(digestOf(all.stdout)).toBe(digestOf(one.stdout));
});
