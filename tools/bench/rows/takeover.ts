import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { timesOf } from '../interleave.ts';
import type { Row } from '../row.ts';
import { managed } from '../work/manager.ts';
import { inScratch } from '../work/scratch.ts';

const FILES = 50;

export const row: Row = {
  name: 'takeover',
  unit: 's',
  reach: 'report',
  run: (quick) =>
    inScratch('takeover', (folder) =>
      managed(folder, FILES, async ({ drop, done, replace }) => {
        const pipe = join(folder, 'begun');
        if (spawnSync('mkfifo', [pipe]).status !== 0) throw new Error('mkfifo failed');
        // Read and write, so that neither side waits for the other to open it.
        const began = await open(pipe, 'r+');
        const samples: number[] = [];
        const rounds = quick ? 1 : 20;
        for (let round = 0; round < rounds; round++) {
          const plan_id = `plan-${String(round)}`;
          const killed = performance.now();
          replace();
          drop({ plan_id, title: 'One step', steps: [{ step_id: 'only', objective: 'say that it began', commands: [`echo go > '${pipe}'`] }] });
          await began.read(Buffer.alloc(64));
          samples.push((performance.now() - killed) / 1_000);
          await done(plan_id);
        }
        await began.close();
        const { p50, p99 } = timesOf(samples);
        return { value: p50, note: `p99 ${p99.toFixed(2)}; the start of the next process is in it` };
      }),
    ),
};
