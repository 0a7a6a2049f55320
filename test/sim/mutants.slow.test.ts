// A law that is broken on purpose is found, within a number of runs.
import { expect, it } from 'vitest';
import { sim } from './command.ts';

it.each([
  ['no-fence', 1_000, /only the live fence speaks/],
  ['perform-first', 500, /no entry says so|the ledger granted nothing/],
  ['no-hold', 500, /more than is left of the budget/],
  ['no-rest', 1_500, /whose group is parked/],
])('%s, within %i runs', { timeout: 900_000 }, async (mutant, runs, found) => {
  const { exit, stdout } = await sim('--seed', '1', '--runs', String(runs), '--mutant', mutant);
  expect(exit).toBe(1);
  expect(stdout).toMatch(found);
});
