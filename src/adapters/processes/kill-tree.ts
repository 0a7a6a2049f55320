import type { Clock } from '../../ports/clock.ts';
import type { Owner } from '../../ports/process.ts';
import { hasEnded, type ProcessRow, type ProcessTable } from './table.ts';
import { treeOf } from './tree.ts';

/** How often the tree is stopped, killed and looked for again, before what is left is reported. */
const KILL_ROUNDS = 50;
/** How often a stopped tree is looked at again for children born before their parent stood still. */
const STOP_ROUNDS = 50;
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
  const living = (): readonly ProcessRow[] =>
    treeOf(table.rows(), {
      marked: (pid) => table.carries(pid, target.marker),
      self: process.pid,
      ...(target.owner !== undefined && { root: target.owner }),
    });
  const ours = (): readonly ProcessRow[] => living().filter(({ pid }) => table.ours(pid));

  if (graceMs > 0) {
    for (const row of ours()) {
      signal(table, row, 'SIGTERM');
      signal(table, row, 'SIGCONT');
    }
    await until(clock, graceMs, () => ours().length === 0);
  }

  for (let round = 0, quiet = 0; round < KILL_ROUNDS && quiet < 2; round++) {
    const stopped = stopAll(table, ours);
    if (stopped.length === 0) {
      quiet += 1;
      // A process is not seen between two of its steps (exec): let it take one.
      if (quiet < 2) await clock.sleep(1);
      continue;
    }
    quiet = 0;
    for (const row of stopped) signal(table, row, 'SIGKILL');
    const gone = await until(clock, DEATH_MS, () => stopped.every((row) => hasGone(table, row)));
    if (!gone) break;
  }
  return living().map(({ pid }) => pid);
}

function hasGone(table: ProcessTable, seen: ProcessRow): boolean {
  const row = table.row(seen.pid);
  return hasEnded(row) || row?.started !== seen.started;
}

/** Stops every member, until a look finds none that was not already told to. */
function stopAll(table: ProcessTable, look: () => readonly ProcessRow[]): readonly ProcessRow[] {
  const told = new Map<string, ProcessRow>();
  for (let round = 0; round < STOP_ROUNDS; round++) {
    const fresh = look().filter((row) => !told.has(`${row.pid} ${row.started}`));
    if (fresh.length === 0) break;
    for (const row of fresh) {
      told.set(`${row.pid} ${row.started}`, row);
      signal(table, row, 'SIGSTOP');
    }
  }
  return [...told.values()];
}
