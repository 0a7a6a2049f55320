import type { Clock } from '../../ports/clock.ts';
import type { Owner } from '../../ports/process.ts';
import { hasEnded, type ProcessRow, type ProcessTable } from './table.ts';
import { lineOf, treeOf } from './tree.ts';

/** How often the tree is stopped, killed and looked for again, before what is left is reported. */
const KILL_ROUNDS = 50;
/** How often a stopped tree is looked at again for children born before their parent stood still. */
const STOP_ROUNDS = 50;
/** How many looks in a row must find nobody. */
const QUIET_LOOKS = 2;
/** bubblewrap ends with what runs inside; ended before, it takes the name space and all in it along, unasked. */
const KEEPER = 'bwrap';
/** How long a killed process may take to go, in ms: one waiting for a disk dies only when the disk answers. */
const DEATH_MS = 5_000;
/** Longest wait between two looks, in ms. */
const LOOK_MS = 50;

/** Sends a signal to the very process that was seen, not to another that has its pid by now. */
function signal(table: ProcessTable, row: ProcessRow, name: NodeJS.Signals): void {
  if (table.row(row.pid)?.started !== row.started) return;
  try {
    process.kill(row.pid, name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Gone meanwhile, or changed its user meanwhile: the next look tells.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Looks until `isOver`, ever less often, at most `withinMs`. True when it came to be over. */
async function until(clock: Clock, withinMs: number, isOver: () => boolean): Promise<boolean> {
  const end = clock.monotonic() + withinMs;
  for (let pause = 1; !isOver(); pause = Math.min(pause * 2, LOOK_MS)) {
    const left = end - clock.monotonic();
    if (left <= 0) return false;
    await clock.sleep(Math.min(pause, left));
  }
  return true;
}

export interface TreeTarget {
  readonly marker: string;
  readonly owner?: Pick<Owner, 'pid' | 'started'>;
}

/**
 * Ends a tree; see `treeOf` for what belongs to it. With `graceMs` > 0 it is asked first: SIGTERM, and SIGCONT to those that stand still.
 * Then it is stopped until no new member turns up, so that a tree that forks faster than it is killed cannot run away, and killed; again
 * until two looks in a row see nobody. Resolves with the pids seen alive at the end.
 *
 * Only processes of our own user are signalled; others that belong to the tree are in the answer. What can still escape: a process that
 * has both left the tree (its parent died, it made a new session) and dropped or overwritten the marker from its environment before the
 * first look. Only a pid namespace holds those.
 */
export async function killTree(table: ProcessTable, clock: Clock, target: TreeTarget, graceMs: number): Promise<readonly number[]> {
  const query = { root: target.owner, spared: lineOf((pid) => table.row(pid), process.pid) };
  let last: readonly ProcessRow[] = [];
  const living = (meet?: (row: ProcessRow) => void): readonly ProcessRow[] => {
    last = treeOf(table.look(target.marker, meet), query);
    return last;
  };
  const ours = (): readonly ProcessRow[] => living().filter(({ pid }) => table.ours(pid));

  if (graceMs > 0) {
    // The oldest first: a parent learns that it ends before it sees its children end.
    for (const row of ours().filter(({ name }) => name !== KEEPER).toReversed()) {
      signal(table, row, 'SIGTERM');
      signal(table, row, 'SIGCONT');
    }
    await until(clock, graceMs, () => ours().length === 0);
  }

  for (let round = 0, quiet = 0; round < KILL_ROUNDS && quiet < QUIET_LOOKS; round++) {
    const stopped = stopAll();
    for (const row of stopped) signal(table, row, 'SIGKILL');
    if (!(await until(clock, DEATH_MS, () => stopped.every((row) => hasGone(table, row))))) break;
    quiet = stopped.length === 0 ? quiet + 1 : 0;
    // A process is not seen between two of its steps (exec): let it take one.
    if (quiet > 0 && quiet < QUIET_LOOKS) await clock.sleep(1);
  }
  return last.filter((row) => !hasGone(table, row)).map(({ pid }) => pid);

  /** Stops every member, until a look finds none that was not already told to. */
  function stopAll(): readonly ProcessRow[] {
    const told = new Map<string, ProcessRow>();
    const stop = (row: ProcessRow): void => {
      const name = `${row.pid} ${row.started}`;
      if (told.has(name) || query.spared.has(row.pid) || hasEnded(row) || !table.ours(row.pid)) return;
      told.set(name, row);
      signal(table, row, 'SIGSTOP');
    };
    for (let round = 0, before = -1; round < STOP_ROUNDS && before < told.size; round++) {
      before = told.size;
      // Those that carry the marker are stopped while still looking: a chain in which each starts the next and ends outruns any look.
      for (const row of living(stop)) stop(row);
    }
    return [...told.values()];
  }
}

function hasGone(table: ProcessTable, seen: ProcessRow): boolean {
  const row = table.row(seen.pid);
  return hasEnded(row) || row?.started !== seen.started;
}
