import type { LedgerSession } from '../ledger/session.ts';
import type { Folders } from '../folders.ts';
import type { LogLine } from '../../ports/log.ts';
import type { World } from '../world.ts';
import type { SpareWorkers } from './spare.ts';

/** What all parts of one manager share. */
export interface Desk {
  readonly world: World;
  readonly session: LedgerSession;
  /** This manager's epoch. */
  readonly epoch: number;
  /** The worktrees whose `_plans` and `_bus` it watches; the first is the one it runs in. They come and go. */
  readonly worktrees: readonly string[];
  readonly version: string;
  /** `_bus/README.md`: all that an agent with only a shell knows. Undefined where it is not kept up. */
  readonly page?: string | undefined;
  /** Where others drop things, and where we show things. */
  readonly folders: Folders;
  readonly signal: AbortSignal;
  /** The worker that waits for the next order. */
  readonly spare: SpareWorkers;
}

export function say(desk: Pick<Desk, 'world'>, level: LogLine['level'], code: string, message: string, fields?: LogLine['fields']): void {
  desk.world.log.say({ at_ms: desk.world.clock.now(), level, code, message, ...(fields === undefined ? {} : { fields }) });
}
