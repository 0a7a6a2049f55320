import { isoTime } from '../../kernel/iso.ts';
import type { Blocker } from '../../kernel/views.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { beatSign } from '../manager/beat.ts';
import { managerLife } from '../manager/epoch.ts';
import { wantOfRoom } from '../room.ts';

/** Code of work that is held up by a full disk. */
export const DISK_SHORT = 'DISK_SHORT';

/** Blockers with what the ledger alone does not know: whether a manager is at work already, or died, and whether there is room to start an attempt. */
export async function fromHere(session: LedgerSession, blockers: readonly Blocker[]): Promise<readonly Blocker[]> {
  const dead = blockers.every(({ who }) => who === 'a person') ? [] : await deadManager(session);
  if (!blockers.some(isManagers)) return [...dead, ...blockers];
  const short = await wantOfDisk(session);
  const next = nextOfManager(session);
  const told = blockers.map((blocker) => {
    if (short !== undefined && blocker.code === 'UNASSIGNED') return short;
    return isManagers(blocker) ? { ...blocker, next } : blocker;
  });
  return [...dead, ...told];
}

/** A manager that was killed says so nowhere: what waits for it waits for somebody who starts the next one. */
async function deadManager(session: LedgerSession): Promise<readonly Blocker[]> {
  const life = managerLife(session);
  if (life.kind !== 'dead') return [];
  const { at_ms } = await beatSign(session.world, life.epoch);
  return [{ code: 'MANAGER_DEAD', message: `the manager (process ${String(life.pid)}) died without a word${at_ms === null ? '' : `, its last sign was at ${isoTime(at_ms)}`}; workers that live go on, and the next manager takes over what they did`, who: 'a person', next: 'coo run' }];
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
