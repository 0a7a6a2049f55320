import type { Machine } from '../../ports/machine.ts';
import { nearest } from '../room.ts';
import { cacheFolder } from '../worker/cache.ts';
import type { LedgerWorld } from '../world.ts';

/** Bytes on the disk. Found by a walk over all of it: nothing to ask for often. */
export interface DiskUse {
  /** Free for workspaces. */
  readonly free: number;
  /** `.git/coo`: logs, evidence, caches, the quarantine. The record itself is in git's objects. */
  readonly coo: number;
  readonly workspaces: number;
  /** Set-ups that are kept for later attempts. */
  readonly setups: number;
}

export async function diskUse({ files, layout }: LedgerWorld, machine: Pick<Machine, 'bytes'>, ledger: string | null): Promise<DiskUse> {
  const free = await files.free(await nearest(files, layout.stateHome));
  const coo = await machine.bytes(layout.coo);
  if (ledger === null) return { free, coo, workspaces: 0, setups: 0 };
  const setups = await machine.bytes(cacheFolder(layout, ledger));
  return { free, coo, workspaces: (await machine.bytes(`${layout.stateHome}/${ledger}`)) - setups, setups };
}
