import { defineConfig } from 'vitest/config';
import { testLines } from './tools/test-lines.ts';

const SLOW = 'test/**/*.slow.test.ts';
/** Real agent programs, which are no dependency: `npm run test:agents` brings them. */
const AGENTS = 'test/**/*.agents.test.ts';

// `vitest run` is the quick suite, `vitest run --mode slow` the slow one, `--mode agents` the one with real agent programs.
// COO_TEST_REPORT=<file> also writes the numbers as JSON, and a line for each test as it ends to <file>.lines, for .ci/run to add up.
export default defineConfig(({ mode }) => {
  const report = process.env['COO_TEST_REPORT'];
  const slow = mode === 'slow' || mode === 'agents';
  return {
    test: {
      include: mode === 'slow' ? [SLOW] : mode === 'agents' ? [AGENTS] : ['test/**/*.test.ts'],
      exclude: slow ? [] : [SLOW, AGENTS],
      passWithNoTests: slow,
      globalSetup: 'test/support/build-programs.ts',
      // Most tests wait for processes of theirs, so every core has a file; the slow ones are about races, and get the machine for themselves.
      maxWorkers: slow ? 1 : '100%',
      testTimeout: slow ? 300_000 : 60_000,
      hookTimeout: 60_000,
      // Real processes on a crowded machine: where nobody watches, one failure alone is no verdict, unless it is a counterexample. .ci/run names what
      // passed at the second try.
      retry: { count: process.env['CI'] === 'true' ? 1 : 0, condition: /^(?!Property failed)/ },
      reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }], testLines(`${report}.lines`)],
    },
  };
});
