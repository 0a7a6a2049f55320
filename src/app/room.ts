import { byteCount } from '../format/byte-count.ts';
import { FREE_DISK_BYTES } from '../kernel/limits.ts';
import type { State } from '../kernel/state.ts';
import { isFault } from './faults.ts';
import type { LedgerWorld } from './world.ts';

/** Why no attempt may start for want of room on a disk of ours; undefined when it may. */
export async function wantOfRoom({ files, layout }: Pick<LedgerWorld, 'files' | 'layout'>, state: Pick<State, 'org'>): Promise<{ readonly message: string; readonly fix: string } | undefined> {
  const floor = state.org?.limits.free_disk_bytes ?? FREE_DISK_BYTES;
  for (const [what, folder] of [['the repository', layout.common], ['workspaces', await nearest(files, layout.stateHome)]] as const) {
    const free = await freeAt(files, folder);
    if (free !== undefined && free < floor) return { message: `${byteCount(free)} are free for ${what} (${folder}), less than limits.free_disk_bytes (${byteCount(floor)}): no attempt starts`, fix: `make room: coo gc; df -h ${folder}` };
  }
  return undefined;
}

/** Undefined for a link that leads nowhere: who uses it says so. */
async function freeAt(files: Pick<LedgerWorld['files'], 'free'>, folder: string): Promise<number | undefined> {
  try {
    return await files.free(folder);
  } catch (cause) {
    if (isFault(cause, 'FILE_ABSENT')) return undefined;
    throw cause;
  }
}

/** The folder, or the first one above it that is there: looking makes nothing. */
export async function nearest(files: Pick<LedgerWorld['files'], 'info'>, folder: string): Promise<string> {
  let at = folder;
  while (at !== '' && (await files.info(at)) === undefined) at = at.slice(0, at.lastIndexOf('/'));
  return at === '' ? '/' : at;
}
