// Every system call of the publish path goes wrong once, one a run: coo's own calls and those of the git that moves its refs, under strace.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { byHand } from '../../src/app/operations/by-hand.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { wireLedger } from '../../src/bin/wire.ts';
import { eachOccurrence } from '../support/occurrences.ts';
import type { Tried } from '../support/occurrences.ts';
import { once } from '../support/plans.ts';
import { fixture } from '../support/programs.ts';
import { endOf, inWorld, linesOf, outputOf } from '../support/real-world.ts';
import type { RealWorld } from '../support/real-world.ts';
import { gitTraced } from '../support/split-git.ts';
import { hitIn, noStrace, straceArgs, underFault, underLimit } from '../support/strace.ts';
import type { Ended } from '../support/strace.ts';

const APPENDER = fixture('fault-appender');
const why = noStrace();

/** What was acknowledged is in the ledger, which is whole; a clone that halted says why, and the next command goes on once the mark is gone. */
async function goesOn(world: RealWorld, run: string, { said, hit }: Ended, tried: Tried): Promise<void> {
  const about = `${run}: ${String(hit)}`;
  const mark = join(world.repo.gitDir, 'coo/halted.json');
  const halted = existsSync(mark);
  const failed = said.find(({ code }) => code === 'failed');
  if (failed?.['failure'] === 'HALTED') expect([halted, failed['fix']], about).toEqual([true, expect.stringContaining('coo doctor --repair')]);
  // Empty where the disk took no more than its name.
  const words = halted ? readFileSync(mark, 'utf8') : '';
  if (words !== '') expect(JSON.parse(words), about).toMatchObject({ why: expect.any(String) as string });
  rmSync(mark, { force: true });
  const begun = performance.now();
  const next = await wireLedger(world.folder, world.env);
  try {
    expect((await byHand(next, { type: 'note', by: 'test', text: `after ${run}`, at_ms: 1 })).ok, about).toBe(true);
    tried.slowest = Math.max(tried.slowest, (performance.now() - begun) / 1_000);
    const session = await world.session();
    for (const { seq, act } of said.filter(({ code }) => code === 'acknowledged')) {
      const { events } = (await session.entry(seq as number)).entry;
      expect(events, about).toContainEqual(expect.objectContaining(act === 'plan' ? { type: 'plan.accepted' } : { text: `${run} ${String(act)}` }));
    }
  } finally {
    await next.git.close();
  }
}

it.skipIf(why !== undefined).each(['main', 'pool'] as const)(`every system call of a publish fails or is its last, %s thread: nothing torn, none missing that was acknowledged${why === undefined ? '' : ` (${why})`}`, { timeout: 1_800_000 }, async (thread) => {
  await inWorld({}, async (world) => {
    const tried = { cases: 0, slowest: 0 };
    const log = join(world.scratch, 'log');
    await eachOccurrence(thread, log, world.folder, tried, async (occurrence, run) => {
      world.plan({ plan_id: run, draft: true, steps: [once('a', 'true')] });
      const ended = await underFault([APPENDER, world.folder, run], world.env, log, thread, occurrence);
      // A page that may not have reached the disk is never taken for one that did; nor is a move of refs that could not be noted.
      if ((occurrence?.call === 'fsync' || occurrence?.call === 'pwrite64') && occurrence.fault !== 'kill' && ended.hit !== undefined) expect(ended.said.at(-1), ended.hit).toMatchObject({ code: 'failed', failure: 'HALTED' });
      await goesOn(world, run, ended, tried);
      rmSync(join(world.folder, `_plans/${run}.plan.json`));
      return ended;
    });
    // Nothing in a ledger is ever mended, so that what a fault tore is found at the end too.
    expect((await verify(world.world)).findings).toEqual([]);
    world.repo.git('fsck', '--strict', '--no-dangling');
    process.stdout.write(`publish, ${thread} thread: ${String(tried.cases)} cases; the next command took at most ${tried.slowest.toFixed(1)} s\n`);
    expect(tried.cases).toBeGreaterThan(50);
  });
});

it.skipIf(why !== undefined)(`every system call of the git that moves the refs fails or is its last: nothing torn, none missing that was acknowledged${why === undefined ? '' : ` (${why})`}`, { timeout: 1_800_000 }, async () => {
  await inWorld({}, async (world) => {
    const tried = { cases: 0, slowest: 0 };
    const log = join(world.scratch, 'log');
    await eachOccurrence('git', log, world.folder, tried, async (occurrence, run) => {
      world.plan({ plan_id: run, draft: true, steps: [once('a', 'true')] });
      rmSync(log, { force: true });
      const child = world.start([APPENDER, world.folder, run], { PATH: gitTraced(join(world.scratch, 'git'), straceArgs(occurrence, log)).searchPath });
      const code = await endOf(child);
      const ended = { said: linesOf(outputOf(child)), stderr: '', code, stuck: false, hit: occurrence === null ? undefined : hitIn(log, occurrence.fault) };
      await goesOn(world, run, ended, tried);
      rmSync(join(world.folder, `_plans/${run}.plan.json`));
      return ended;
    });
    expect((await verify(world.world)).findings).toEqual([]);
    world.repo.git('fsck', '--strict', '--no-dangling');
    process.stdout.write(`publish, git: ${String(tried.cases)} cases; the next command took at most ${tried.slowest.toFixed(1)} s\n`);
    expect(tried.cases).toBeGreaterThan(20);
  });
});

it.skipIf(why !== undefined)('a publish whose writes are short in truth, at many lengths: it halts, and nothing is torn', async () => {
  await inWorld({}, async (world) => {
    const tried = { cases: 0, slowest: 0 };
    for (const bytes of [0, 1, 40, 41, 200, 511, 512, 1_024, 4_096, 8_192]) {
      const run = `short-${String(bytes)}`;
      world.plan({ plan_id: run, draft: true, steps: [once('a', 'true')] });
      const ended = underLimit([APPENDER, world.folder, run], world.env, bytes);
      if (bytes < 512) expect(ended.said.at(-1), run).toMatchObject({ code: 'failed', failure: 'HALTED' });
      await goesOn(world, run, ended, tried);
      rmSync(join(world.folder, `_plans/${run}.plan.json`));
    }
    expect((await verify(world.world)).findings).toEqual([]);
    world.repo.git('fsck', '--strict', '--no-dangling');
  });
});
