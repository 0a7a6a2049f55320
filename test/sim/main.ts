/**
 *     npm run sim -- --seed S --runs N      runs the seeds S to S+N-1, and stops at the first that breaks a law
 *     npm run sim -- --seed S --trace       one run, with its whole trace
 *     npm run sim -- --seed S --digests     the sha256 of each trace
 *     npm run sim -- --mutant no-fence      with a law broken on purpose (mutants.ts)
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { MUTANTS, plant } from './mutants.ts';
import type { Ran } from './run.ts';

const TAIL = 60;
const PROGRESS_MS = 5_000;

function told({ seed, broken, trace, digest }: Ran): string {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  return [...trace.slice(-TAIL), '', `seed ${String(seed)} at commit ${commit}: ${broken ?? 'nothing is broken'}`, `trace ${digest}, ${String(trace.length)} lines`, `again: git checkout ${commit} && npm run sim -- --seed ${String(seed)} --runs 1`, ''].join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '1000' }, trace: { type: 'boolean', default: false }, digests: { type: 'boolean', default: false }, mutant: { type: 'string' } } });
  const [first, runs] = [Number(values.seed), values.trace ? 1 : Number(values.runs)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(runs) || runs < 1) {
    process.stderr.write('--seed and --runs are whole numbers\n');
    return 2;
  }
  const edits = values.mutant === undefined ? [] : MUTANTS[values.mutant];
  if (edits === undefined) {
    process.stderr.write(`mutants: ${Object.keys(MUTANTS).join(', ')}\n`);
    return 2;
  }
  plant(edits);
  // After the mutant is planted.
  const { run } = await import('./run.ts');
  // Faults are errors by the thousand, and nobody reads where they were made but in a trace.
  if (!values.trace) Error.stackTraceLimit = 0;
  const began = performance.now();
  let [shown, steps, entries] = [began, 0, 0];
  for (let done = 0; done < runs; done += 1) {
    const ran = await run(first + done);
    steps += ran.steps;
    entries += ran.entries;
    if (values.trace) process.stdout.write(`${ran.trace.join('\n')}\n`);
    if (values.digests) process.stdout.write(`${String(ran.seed)} ${ran.digest}\n`);
    if (ran.broken !== undefined) {
      process.stdout.write(told(ran));
      return 1;
    }
    const now = performance.now();
    if (now - shown < PROGRESS_MS && done + 1 < runs) continue;
    shown = now;
    const perMinute = Math.round(((done + 1) * 60_000) / (now - began));
    process.stdout.write(`${String(done + 1)} of ${String(runs)} runs from seed ${String(first)}: nothing broken; ${String(steps)} steps, ${String(entries)} entries; ${String(perMinute)} runs a minute\n`);
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
