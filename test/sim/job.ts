import { sha256Hex } from '../../src/format/canonical.ts';
import { MUTANTS, plant } from './mutants.ts';

/** What `main.ts` has a process run: the seeds from `seed` on. */
export interface Batch {
  readonly seed: number;
  readonly runs: number;
}

/** What a process of its own is to do with each run. */
export interface Job {
  readonly mutant: string | null;
  readonly trace: boolean;
  readonly digests: boolean;
}

/** What came of a batch. */
export interface Report {
  readonly runs: number;
  readonly steps: number;
  /** Entries of the ledgers. */
  readonly entries: number;
  /** Milliseconds of processor time since the process began. */
  readonly cpuMs: number;
  /** In how many runs each kind of event happened. */
  readonly met: Readonly<Record<string, number>>;
  /** Lines that were asked for: traces or digests. */
  readonly lines: readonly string[];
  /** Runs that broke a law. */
  readonly broken: readonly { readonly seed: number; readonly why: string; readonly digest: string; readonly tail: readonly string[]; readonly steps: number }[];
}

const TAIL = 60;

/** Runs batches as they come by message, until the one who sends them goes away. */
async function work({ mutant, trace, digests }: Job): Promise<void> {
  plant(mutant === null ? [] : (MUTANTS[mutant] ?? []));
  // After the mutant is planted.
  const { run } = await import('./run.ts');
  // Faults are errors by the thousand, and nobody reads where they were made but in a trace.
  if (!trace) Error.stackTraceLimit = 0;
  const batch = async ({ seed: first, runs }: Batch): Promise<Report> => {
    const lines: string[] = [];
    const broken: Report['broken'][number][] = [];
    const met: Record<string, number> = {};
    let [steps, entries] = [0, 0];
    for (let seed = first; seed < first + runs; seed += 1) {
      const ran = await run(seed);
      steps += ran.trace.length;
      entries += ran.entries;
      for (const type of ran.met) met[type] = (met[type] ?? 0) + 1;
      const digest = digests || ran.broken !== undefined ? sha256Hex(ran.trace.join('\n')) : '';
      if (trace) lines.push(...ran.trace);
      if (digests) lines.push(`${String(seed)} ${digest}`);
      if (ran.broken !== undefined) broken.push({ seed, why: ran.broken, digest, tail: ran.trace.slice(-TAIL), steps: ran.trace.length });
    }
    const { user, system } = process.cpuUsage();
    return { runs, steps, entries, cpuMs: (user + system) / 1_000, met, lines, broken };
  };
  process.on('message', (asked: Batch) => void batch(asked).then((report) => process.send?.(report)));
}

await work(JSON.parse(process.argv[2] ?? '{}') as Job);
