import { FAULTS_OF, occurrencesIn } from './strace.ts';
import type { Ended, Occurrence, Thread } from './strace.ts';

/** How far the count of a call strays from run to run: threads wake each other by writes. */
const STRAY = 2;

/** What was tried, for the last line of a suite. */
export interface Tried {
  /** Runs in which a call was hit. */
  cases: number;
  /** The longest that the next command took, in seconds. */
  slowest: number;
}

/**
 * Each occurrence of each call that a run makes below `folder` goes wrong, one a run. `attempt` runs the program, with nothing wrong for null, leaves the
 * log of its calls at `log`, and looks at what is left. Prints what was tried.
 */
export async function eachOccurrence(thread: Thread, log: string, folder: string, tried: Tried, attempt: (occurrence: Occurrence | null, run: string) => Promise<Ended>): Promise<void> {
  await attempt(null, 'clean');
  const counted = Object.entries(FAULTS_OF).flatMap(([call, faults]) => faults.map((fault) => ({ call, fault, at: occurrencesIn(log, call, fault, folder) })));
  for (const { call, fault, at } of counted) {
    const strays = call === 'write' && thread === 'pool' ? [-STRAY, -1, 0, 1, STRAY] : fault === 'kill' ? [0, 1] : [0];
    const all = [...new Set(at.flatMap((nth) => strays.map((stray) => nth + stray)))].filter((nth) => nth > 0);
    let hits = 0;
    for (const nth of all) {
      const { hit, stuck } = await attempt({ call, fault, nth }, `${call}-${fault}-${String(nth)}`);
      if (stuck && (hit === undefined || hit.includes(folder))) throw new Error(`came to no end after ${String(hit)}`);
      if (hit !== undefined) hits += 1;
    }
    tried.cases += hits;
    if (all.length > 0) process.stdout.write(`  ${thread}: ${fault} at ${String(hits)} of ${call}\n`);
  }
}
