import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { timesOf } from '../interleave.ts';
import type { Row } from '../row.ts';
import { managed } from '../work/manager.ts';
import { inScratch } from '../work/scratch.ts';

const FILES = 50;
const P99_MS = 250;

export const row: Row = {
  name: 'dispatch',
  unit: 'ms',
  reach: '<= 100',
  run: (quick) =>
    inScratch('dispatch', (folder) =>
      managed(folder, FILES, async ({ drop, done }) => {
        const pipe = join(folder, 'begun');
        if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error('mkfifo failed');
        // Read and write, so that neither side waits for the other to open it.
        const began = await open(pipe, 'r+');
        const samples: number[] = [];
        const rounds = quick ? 1 : 40;
        for (let round = 0; round <= rounds; round++) {
          const plan_id = `plan-${String(round)}`;
          const linked = performance.now();
          drop({ plan_id, title: 'One step', steps: [{ step_id: 'only', objective: 'say that it began', commands: [`echo go > '${pipe}'`] }] });
          await began.read(Buffer.alloc(64));
          if (round > 0) samples.push(performance.now() - linked);
          await done(plan_id);
          // The manager is at rest when the next plan comes.
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        await began.close();
        const { p50, p99 } = timesOf(samples);
        return { value: p50, note: `p99 ${p99.toFixed(0)} (<= ${String(P99_MS)}${p99 <= P99_MS ? '' : ' MISSED'})` };
      }),
    ),
};
