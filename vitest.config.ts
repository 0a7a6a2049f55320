import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { testLines } from './tools/test-lines.ts';

const SLOW = 'test/**/*.slow.test.ts';
/** Real agent programs, which are no dependency: `npm run test:agents` brings them. */
const AGENTS = 'test/**/*.agents.test.ts';
/** Functions without a world around them: their files share a process, for half of what they cost is to load the same modules again. */
const PURE = 'test/{faces,format,kernel,prompts,pull-request}/**/*.test.ts';
/** Slow for how many commands they start or for what they compute: two files at once change nothing about them. The others race, kill, stop, measure, or fill the machine themselves. */
const BESIDE = ['test/{cli,fuzz,guard,sandbox,tamper}/**/*.slow.test.ts', 'test/app/{agents,bus,bus-page,fitness,folders-wrong,gc,judgement,move-home,notify,organisation,rehome,rescue,schedules,spare,takeover-at-once}.slow.test.ts', 'test/pack.slow.test.ts'];
const PROGRAMS = { globalSetup: 'test/support/build-programs.ts' };

// `vitest run` is the quick suite, `vitest run --mode slow` the slow one, `--mode agents` the one with real agent programs.
// COO_TEST_REPORT=<file> also writes the numbers as JSON, and a line for each test as it ends to <file>.lines, for .ci/run to add up.
export default defineConfig(({ mode }) => {
  const report = process.env['COO_TEST_REPORT'];
  const isQuick = mode !== 'slow' && mode !== 'agents';
  // Most tests wait for processes of theirs, so there is a file more than cores; one at a time where the machine must be a test's own.
  // Files share a process here too: to start one for each and to load coo in it again was 0.2 s of CPU a file and more.
  const quick = [
    { extends: true as const, test: { name: 'pure', include: [PURE], exclude: [SLOW], isolate: false } },
    { extends: true as const, test: { name: 'real', include: ['test/**/*.test.ts'], exclude: [SLOW, AGENTS, PURE], isolate: false, globalSetup: [PROGRAMS.globalSetup, 'test/support/memory.ts'] } },
  ];
  const slow = [
    { extends: true as const, test: { name: 'beside', include: BESIDE, maxWorkers: 2, sequence: { groupOrder: 1 }, ...PROGRAMS } },
    { extends: true as const, test: { name: 'alone', include: [SLOW], exclude: BESIDE, maxWorkers: 1, sequence: { groupOrder: 2 }, ...PROGRAMS } },
  ];
  const agents = [{ extends: true as const, test: { name: 'agents', include: [AGENTS], maxWorkers: 1, ...PROGRAMS } }];
  return {
    test: {
      projects: mode === 'slow' ? slow : mode === 'agents' ? agents : quick,
      passWithNoTests: !isQuick,
      maxWorkers: availableParallelism() + 1,
      testTimeout: isQuick ? 60_000 : 300_000,
      hookTimeout: 60_000,
      // Real processes on a crowded machine: where nobody watches, one failure alone is no verdict, unless it is a counterexample. .ci/run names what
      // passed at the second try.
      retry: { count: process.env['CI'] === 'true' ? 1 : 0, condition: /^(?!Property failed)/ },
      reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }], testLines(`${report}.lines`)],
    },
  };
});
