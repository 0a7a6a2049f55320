import { Failure } from '../../failure.ts';
import { probeFiles } from '../../ledger/probe.ts';
import { nearest } from '../../room.ts';
import type { Check, Found } from './check.ts';

/** Mounts on which another host can hold what we hold, or a rename is no promise. */
const NETWORK = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'smbfs', '9p', 'fuse.sshfs', 'ceph', 'glusterfs', 'afs', 'lustre']);

/** Whether the disks of the ledger and of the workspaces do what everything rests on: create once, link, rename, fsync. */
export const filesCheck: Check = async ({ world, machine }) => {
  const found: Found[] = [];
  for (const [folder, move] of [[world.layout.coo, 'move the repository to a local, writable disk'], [world.layout.stateHome, 'set XDG_STATE_HOME to a folder on a local, writable disk']] as const) {
    const there = await nearest(world.files, folder);
    const mount = machine.mount(there);
    const where = `${there}${mount === undefined ? '' : ` (${mount})`}`;
    try {
      await probeFiles(world, there);
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      found.push({ check: 'files', state: 'bad', message: cause.message, fix: cause.code === 'DISK_FULL' ? cause.fix : move });
      continue;
    }
    if (mount !== undefined && NETWORK.has(mount)) found.push({ check: 'files', state: 'warn', message: `${where} is a network mount: what another host does there is not seen`, fix: move });
    else found.push({ check: 'files', state: 'ok', message: `${where}: create, link, rename and fsync hold` });
  }
  return found;
};
