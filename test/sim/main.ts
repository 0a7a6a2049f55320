/**
 *     npm run sim -- --seed S --runs N      runs the seeds S to S+N-1, and stops at the first that breaks a law
 *     npm run sim -- --keep-going ...       tells every seed that breaks a law, and goes on
 *     npm run sim -- --jobs N ...           in so many processes; as many as there are cores unless it is said
 *     npm run sim -- --seed S --trace       one run, with its whole trace
 *     npm run sim -- --seed S --digests     the sha256 of each trace
 *     npm run sim -- --mutant no-fence      with a law broken on purpose (mutants.ts)
 */
import { execFileSync, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Batch, Job, Report } from './job.ts';
import { MUTANTS } from './mutants.ts';
import { Tally } from './tally.ts';

const PROGRESS_MS = 5_000;
/** Runs that a process is given at a time. */
const BATCH = 20;

const say = (...lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(''));

function told({ seed, why, tail, digest, steps }: Report['broken'][number]): void {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  say(...tail, '', `seed ${String(seed)} at commit ${commit}: ${why}`, `trace ${digest}, ${String(steps)} lines`, `again: git checkout ${commit} && npm run sim -- --seed ${String(seed)} --runs 1`);
}

/** Has processes run all the seeds, each a batch at a time. Resolves with how many broke a law. */
async function all({ seed: first, runs }: Batch, { jobs, keepGoing }: { readonly jobs: number; readonly keepGoing: boolean }, job: Job): Promise<number> {
  const tally = new Tally();
  let [next, failed, shown] = [0, 0, performance.now()];
  const children = Array.from({ length: Math.min(jobs, Math.ceil(runs / BATCH)) }, () => fork(join(import.meta.dirname, 'job.ts'), [JSON.stringify(job)]));
  await Promise.all(
    children.map(
      async (child) =>
        new Promise<void>((resolve, reject) => {
          let asked: Batch | undefined;
          const give = (): void => {
            if (next >= runs || (failed > 0 && !keepGoing)) {
              asked = undefined;
              child.disconnect();
              return;
            }
            asked = { seed: first + next, runs: Math.min(BATCH, runs - next) };
            next += asked.runs;
            child.send(asked);
          };
          child.on('message', (report: Report) => {
            tally.add(child, report);
            say(...report.lines);
            const broken = keepGoing ? report.broken : report.broken.slice(0, failed > 0 ? 0 : 1);
            failed += broken.length;
            for (const one of broken) told(one);
            const now = performance.now();
            if (now - shown >= PROGRESS_MS) {
              shown = now;
              say(`${tally.line(runs, first)}; ${String(failed)} broken`);
            }
            give();
          });
          child.on('exit', (code, signal) => (asked === undefined ? resolve() : reject(new Error(`the process at seeds from ${String(asked.seed)} on ended with ${String(code ?? signal)}`))));
          give();
        }),
    ),
  );
  say(`${tally.line(runs, first)}; ${failed === 0 ? 'nothing broken' : `${String(failed)} broken`}`);
  if (runs > BATCH) say(`met: ${tally.met()}`);
  return failed;
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '1000' }, jobs: { type: 'string', default: String(availableParallelism()) }, 'keep-going': { type: 'boolean', default: false }, trace: { type: 'boolean', default: false }, digests: { type: 'boolean', default: false }, mutant: { type: 'string' } },
  });
  const [seed, runs, jobs] = [Number(values.seed), values.trace ? 1 : Number(values.runs), Number(values.jobs)];
  if (!Number.isSafeInteger(seed) || [runs, jobs].some((number) => !Number.isSafeInteger(number) || number < 1)) {
    process.stderr.write('--seed, --runs and --jobs are whole numbers\n');
    return 2;
  }
  if (values.mutant !== undefined && MUTANTS[values.mutant] === undefined) {
    process.stderr.write(`mutants: ${Object.keys(MUTANTS).join(', ')}\n`);
    return 2;
  }
  const failed = await all({ seed, runs }, { jobs, keepGoing: values['keep-going'] }, { mutant: values.mutant ?? null, trace: values.trace, digests: values.digests });
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
