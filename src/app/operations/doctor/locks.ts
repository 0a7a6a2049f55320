import { isoTime } from '../../../kernel/iso.ts';
import type { FoundLock } from '../../../ports/machine.ts';
import type { Check, Found, Patient } from './check.ts';

const TURN_MS = 5_000;
/** Longer than a git command holds a lock as a rule. */
const MOMENT_MS = 500;

/**
 * Lock files of git and of coo's queue, and who holds them. A lock of the operator's git is never removed: whether an editor waits behind it
 * nobody can see for sure. The lock of a ref is removed by the store alone, where its register shows that the appender is dead.
 */
export const locksCheck: Check = async (patient) => {
  const found = (await lasting(patient)).map((lock) => told(patient, lock));
  const queue = await queueLock(patient);
  const all = [...found, ...queue];
  return all.length > 0 ? all : [{ check: 'locks', state: 'ok', message: 'no lock is held' }];
};

/** Locks that are still the same a while later: every command of git holds some for a moment. */
async function lasting({ world, machine, worktrees }: Patient): Promise<readonly FoundLock[]> {
  const look = (): readonly FoundLock[] => machine.locks(world.layout.common, worktrees);
  const first = look();
  if (first.length === 0) return first;
  await world.clock.sleep(MOMENT_MS);
  return look().filter((lock) => first.some(({ path, since_ms }) => path === lock.path && since_ms === lock.since_ms));
}

function told(patient: Patient, lock: FoundLock): Found {
  const since = `since ${isoTime(Math.floor(lock.since_ms))}`;
  if (lock.holder !== undefined) return { check: 'locks', state: 'warn', message: `${lock.path} is held ${since}, it seems by ${lock.holder}`, fix: 'let it finish, then look again' };
  const { ref } = lock;
  const base = { check: 'locks', state: 'bad', message: `${lock.path} is there ${since}, and no process is seen to hold it` } as const;
  const fix = `end the git that made it; or, if no git is at work in this repository (an open editor counts): rm ${lock.path}`;
  if (ref === null) return { ...base, fix };
  return { ...base, fix, mend: { what: 'remove it if a dead appender of coo left it', run: async () => freeRef(patient, lock.path, ref) } };
}

async function freeRef({ world: { git } }: Patient, path: string, ref: string): Promise<string> {
  const freed = await git.unlock(ref);
  if (freed.kind === 'locked') throw new Error(`it is not a dead appender's, but of ${freed.owner}: end that; or, if you know that it ended: rm ${path}`);
  return `${path} was left by a dead appender and is gone`;
}

/** The queue's lock is noise: the next publisher takes a stale one over. */
async function queueLock({ world }: Patient): Promise<readonly Found[]> {
  const path = `${world.layout.coo}/queue.lock`;
  const info = await world.files.info(path);
  if (info === undefined) return [];
  if (await world.queue.busy()) return [{ check: 'locks', state: 'ok', message: 'a publisher has its turn' }];
  const mend = async (): Promise<string> => {
    const release = await world.queue.turn(TURN_MS);
    if (release === undefined) throw new Error(`${path} could not be taken over`);
    await release();
    return `${path} was stale and is gone`;
  };
  return [{ check: 'locks', state: 'warn', message: `${path} is stale: its publisher is dead, or stopped`, fix: 'the next publisher takes it over', mend: { what: 'take it over', run: mend } }];
}
