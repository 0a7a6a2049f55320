import { spawnSync } from 'node:child_process';
import { renderFile } from '../../../src/format/file.ts';
import { interleave } from '../interleave.ts';
import type { Row } from '../row.ts';
import { foundLedger, openWorld, orgOf, publish, seatsNamed } from '../work/home.ts';
import { cleanEnv, inScratch, packedRepo } from '../work/scratch.ts';

const FILES = 50;

export const row: Row = {
  name: 'ledger.bulk',
  unit: 'events/s',
  reach: '>= 20',
  run: (quick) =>
    inScratch('bulk', async (folder) => {
      packedRepo(folder, FILES);
      const events = quick ? 500 : 10_000;
      const commits = quick ? 100 : 2_000;
      const world = await openWorld(folder);
      const session = await foundLedger(world, orgOf(seatsNamed(['dev-1'])));
      const offers = (): Parameters<typeof publish>[1] => Array.from({ length: events }, (_, at) => ({ input: { type: 'note', by: 'bench', text: `event ${String(at)}`, at_ms: world.clock.now() } }));
      const rounds = quick ? 1 : 9;
      const stream = streamOf(commits);
      const streams = Array.from({ length: rounds + 1 }, (_, round) => stream.replaceAll('BRANCH', `round-${String(round)}`));
      const offered = Array.from(streams, offers);
      const { coo, git } = await interleave({ coo: (round) => publish(session, offered[round] ?? []), git: (round) => imported(folder, streams[round] ?? '') }, rounds);
      await world.git.close();
      const [value, floor] = [events / (coo.p50 / 1_000), commits / (git.p50 / 1_000)];
      return { value, floor, ratio: value / floor, note: `${String(events)} events in ${coo.p50.toFixed(0)} ms; ${String(commits)} commits in ${git.p50.toFixed(0)} ms` };
    }),
};

/** Commits of one receipt each, as a stream for fast-import, for a branch that is named later. */
function streamOf(commits: number): string {
  const lines: string[] = [];
  for (let at = 0; at < commits; at++) {
    const receipt = new TextDecoder().decode(renderFile({ schema: 'coo/run.v1', order_id: `plan.step-${String(at)}.1`, result: 'passed', seat: 'dev-1', commands: [{ sh: 'true', exit: 0, ms: at }] }));
    lines.push('commit refs/heads/BRANCH', `committer bench <bench@localhost> ${String(1_893_456_000 + at)} +0000`, 'data 3', 'one', `M 100644 inline _report/runs/${String(Math.floor(at / 1_000))}/${String(at)}.json`, `data ${String(receipt.length)}`, receipt);
  }
  return `${lines.join('\n')}\n`;
}

/** Git fsyncs the pack at the end. */
function imported(folder: string, stream: string): void {
  const { status, stderr } = spawnSync('git', ['fast-import', '--quiet'], { cwd: folder, input: stream, env: cleanEnv(folder) });
  if (status !== 0) throw new Error(`git fast-import: ${String(stderr)}`);
}
