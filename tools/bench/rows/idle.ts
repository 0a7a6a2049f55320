import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../row.ts';
import { shareOfCore, sleep } from '../work/cpu.ts';
import { managed } from '../work/manager.ts';
import { inScratch } from '../work/scratch.ts';

const FILES = 50;
/** Packing, the cache and, after 5 s, the checkpoint come when a manager has gone quiet: they belong to the work before. */
const COME_TO_REST_MS = 9_000;

export const row: Row = {
  name: 'idle',
  unit: '% of a core',
  reach: '<= 0.1',
  run: (quick) =>
    inScratch('idle', (folder) => {
      const tools = join(folder, 'tools');
      const log = join(folder, 'git-started');
      mkdirSync(tools);
      const git = spawnSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).stdout.trim();
      writeFileSync(join(tools, 'git'), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${git}' "$@"\n`);
      chmodSync(join(tools, 'git'), 0o755);
      return managed(
        folder,
        FILES,
        async ({ pid, drop, done }) => {
          drop({ plan_id: 'one', title: 'One step', steps: [{ step_id: 'only', objective: 'do nothing', commands: ['true'] }] });
          await done('one');
          await sleep(COME_TO_REST_MS);
          const ms = quick ? 500 : 30_000;
          const before = linesIn(log);
          const value = await shareOfCore(pid, ms);
          const started = linesIn(log) - before;
          return { value, note: `${String(started)} git processes started${started === 0 ? '' : ' MISSED'} in ${String(ms / 1_000)} s` };
        },
        `${tools}:${process.env['PATH'] ?? ''}`,
      );
    }),
};

function linesIn(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}
