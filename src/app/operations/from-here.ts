import type { Blocker } from '../../kernel/views.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { managerLife } from '../manager/epoch.ts';
import { wantOfRoom } from '../room.ts';

/** Code of work that is held up by a full disk. */
export const DISK_SHORT = 'DISK_SHORT';

/** Blockers with what the ledger alone does not know: whether a manager is at work already, and whether there is room to start an attempt. */
export async function fromHere(session: LedgerSession, blockers: readonly Blocker[]): Promise<readonly Blocker[]> {
  if (!blockers.some(isManagers)) return blockers;
  const short = await wantOfDisk(session);
  const next = nextOfManager(session);
  return blockers.map((blocker) => {
    if (short !== undefined && blocker.code === 'UNASSIGNED') return short;
    return isManagers(blocker) ? { ...blocker, next } : blocker;
  });
}

/** What keeps every attempt from starting here; undefined while there is room. */
export async function wantOfDisk({ world, state }: LedgerSession): Promise<Blocker | undefined> {
  const want = await wantOfRoom(world, state);
  return want === undefined ? undefined : { code: DISK_SHORT, message: want.message, who: 'a person', next: want.fix };
}

function isManagers({ next }: Blocker): boolean {
  return next === 'coo run';
}

/** Where a manager lives, to start one is no way forward. */
function nextOfManager(session: LedgerSession): string {
  const life = managerLife(session);
  switch (life.kind) {
    case 'alive':
      return `nothing to do: the manager (process ${String(life.pid)}) is at work`;
    case 'stopped':
      return `wake the manager: kill -CONT ${String(life.pid)}`;
    case 'unknown':
      return `look on host ${life.host} whether the manager (process ${String(life.pid)}) is at work there`;
    case 'dead':
    case 'none':
      return 'coo run';
    default:
      return life satisfies never;
  }
}
