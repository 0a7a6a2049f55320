import { join } from 'node:path';
import { timesOf } from '../interleave.ts';
import type { Row } from '../row.ts';
import { madeLedger } from '../work/made-ledger.ts';
import { cleanEnv, coo, gitIn, inScratch } from '../work/scratch.ts';

const MS_PER_S = 1_000;

export const row: Row = {
  name: 'guard.ci',
  unit: 's',
  reach: 'report',
  run: (quick) =>
    inScratch('guard', async (folder) => {
      const repo = join(folder, 'repo');
      const commits = quick ? 20 : 1_000;
      const { receipts, entries } = await madeLedger({ name: `receipts-${quick ? '200' : '100000'}`, receipts: quick ? 200 : 100_000, atOnce: 500 }, repo);
      const base = gitIn(repo, ['rev-parse', 'HEAD']).trim();
      gitIn(repo, ['fast-import', '--quiet'], people(base, commits));
      const env = cleanEnv(folder);
      const samples: number[] = [];
      for (let round = 0; round < (quick ? 1 : 3); round += 1) {
        const began = performance.now();
        coo(repo, env, ['guard', 'ci', '--base', base, '--head', 'range']);
        samples.push((performance.now() - began) / MS_PER_S);
      }
      return { value: timesOf(samples).p50, note: `${String(commits)} commits of a file each, none of coo's; a ledger of ${String(entries)} entries and ${String(receipts)} receipts` };
    }),
};

/** Commits of somebody who is not listed, which is the dearest case: each is held against every accepted change. */
function people(base: string, count: number): string {
  const parts = ['reset refs/heads/range\n', `from ${base}\n\n`];
  for (let at = 0; at < count; at += 1) {
    const text = `line ${String(at)}\n`.repeat(20);
    parts.push(`commit refs/heads/range\ncommitter Somebody <somebody@example.com> ${String(1_700_000_000 + at)} +0000\ndata 5\nwork\n`, `M 100644 inline src/${String(at % 50)}.txt\ndata ${String(text.length)}\n${text}\n`);
  }
  return parts.join('');
}
