// A law that is broken on purpose is found, within a number of runs. Those that take longer to find: mutants.slow.test.ts.
import { expect, it } from 'vitest';
import { sim } from './command.ts';

it.each([
  ['no-fsync', 200, /what was published is gone/],
])('%s, within %i runs', { timeout: 900_000 }, async (mutant, runs, found) => {
  const { exit, stdout } = await sim('--seed', '1', '--runs', String(runs), '--mutant', mutant);
  expect(exit).toBe(1);
  expect(stdout).toMatch(found);
});
