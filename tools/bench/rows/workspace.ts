import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock/system-clock.ts';
import { openGitWork } from '../../../src/adapters/git-work/open.ts';
import { osProcesses } from '../../../src/adapters/processes/os-processes.ts';
import { systemRandom } from '../../../src/adapters/random/system-random.ts';
import { percentile } from '../interleave.ts';
import type { Row } from '../row.ts';
import { gitIn, inScratch, packedRepo } from '../work/scratch.ts';

export const row: Row = {
  name: 'workspace',
  unit: 'ms',
  reach: '<= 1.1',
  run: (quick) =>
    inScratch(
      'workspace',
      async (scratch) => {
        const files = quick ? 200 : 20_000;
        const repo = join(scratch, 'repo');
        packedRepo(repo, files);
        const start = gitIn(repo, ['rev-parse', 'HEAD']);
        const clock = systemClock();
        const random = systemRandom();
        const work = await openGitWork({ folder: repo, searchPath: process.env['PATH'] ?? '', clock, random, processes: osProcesses({ clock, nonce: random.hex(8) }) });
        const folder = join(scratch, 'at-work');
        const sides = {
          coo: () => work.workspace({ folder, start, skip: ['_report', '_bus'], quarantine: false }),
          git: () => gitIn(repo, ['worktree', 'add', '--detach', '--quiet', folder, start]),
        };
        const times: Record<keyof typeof sides, number[]> = { coo: [], git: [] };
        const rounds = quick ? 1 : 7;
        // Not `interleave`: what the one leaves has to go before the other begins, and that must not count.
        for (let round = 0; round <= rounds; round++) {
          for (const side of round % 2 === 0 ? (['coo', 'git'] as const) : (['git', 'coo'] as const)) {
            const began = performance.now();
            await sides[side]();
            const took = performance.now() - began;
            if (round > 0) times[side].push(took);
            rmSync(folder, { recursive: true, force: true });
            gitIn(repo, ['worktree', 'prune']);
          }
        }
        await work.close();
        const [value, floor] = [percentile(times.coo, 0.5), percentile(times.git, 0.5)];
        return { value, floor, ratio: value / floor, note: `${String(files)} files` };
      },
      'memory',
    ),
};
