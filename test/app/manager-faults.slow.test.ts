// System calls of a whole manager at work go wrong, one a run: whatever becomes of it, the next one brings the plan to its end.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../../src/app/verify/verify.ts';
import { once } from '../support/plans.ts';
import { fixture } from '../support/programs.ts';
import { inWorld } from '../support/real-world.ts';
import { noStrace, occurrencesIn, underFault } from '../support/strace.ts';

const MANAGER = fixture('app-manager');
/** Occurrences tried of each call, spread over the first part of a manager's run: all of them are some thousand, and how many come varies. */
const TRIED = 3;
const FIRST_PART = 0.6;
const CALLS = ['openat', 'write', 'fsync', 'rename', 'link', 'unlink'] as const;
const why = noStrace();

it.skipIf(why !== undefined).each(['main', 'pool'] as const)(`calls of a manager fail or are its last, %s thread: the next manager brings the plan to its end, each step accepted once${why === undefined ? '' : ` (${why})`}`, { timeout: 1_800_000 }, async (thread) => {
  await inWorld({}, async (world) => {
    const log = join(world.scratch, 'log');
    const attempt = async (plan_id: string, occurrence: Parameters<typeof underFault>[4]): ReturnType<typeof underFault> => {
      world.plan({ plan_id, steps: [once('s', `echo ${plan_id} > ${plan_id}.txt`, { outputs: [`${plan_id}.txt`] })] });
      return underFault([MANAGER, world.folder, 'idle'], { ...world.env, APP_READY: 'yes' }, log, thread, occurrence);
    };
    expect((await attempt('clean', null)).code).toBe(0);
    const counted = CALLS.map((call) => ({ call, all: occurrencesIn(log, call, 'EIO', world.scratch) }));
    let cases = 0;
    for (const { call, all } of counted) {
      const some = all.slice(0, Math.ceil(all.length * FIRST_PART)).filter((_, at, part) => at % Math.ceil(part.length / TRIED) === 0);
      for (const fault of ['EIO', 'kill'] as const) {
        for (const nth of some) {
          const plan_id = `${thread}-${call}-${fault}-${String(nth)}`;
          const { hit, code, said, stuck } = await attempt(plan_id, { call, fault, nth });
          if (hit !== undefined) cases += 1;
          expect(stuck, hit).toBe(false);
          // Whoever may not write any more does not leave as if all were well.
          const mark = join(world.repo.gitDir, 'coo/halted.json');
          if (existsSync(mark)) expect([code, said.at(-1)], hit).toMatchObject([7, { failure: 'HALTED' }]);
          rmSync(mark, { force: true });
          expect(await world.run(), hit).toBe(0);
          expect(await world.steps(plan_id), hit).toBe('s done');
          expect(world.repo.git('show', `main:${plan_id}.txt`), hit).toBe(plan_id);
        }
      }
      process.stdout.write(`  ${thread} ${call}: ${String(some.length)} of ${String(all.length)} occurrences\n`);
    }
    const accepted = (await world.eventsOf('run.accepted')).map(({ plan_id }) => plan_id);
    expect(new Set(accepted).size).toBe(accepted.length);
    expect((await verify(world.world)).findings).toEqual([]);
    world.repo.git('fsck', '--strict', '--no-dangling');
    process.stdout.write(`manager, ${thread} thread: ${String(cases)} cases\n`);
    expect(cases).toBeGreaterThan(10);
  });
});
