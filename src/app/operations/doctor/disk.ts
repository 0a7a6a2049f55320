import { FREE_DISK_BYTES } from '../../../kernel/limits.ts';
import { byteCount } from '../../../format/byte-count.ts';
import type { Check, Found } from './check.ts';
import { nearest } from './files.ts';

/** Room on the disks of the ledger and of the workspaces, and what coo takes there. */
export const diskCheck: Check = async ({ world, machine, session }) => {
  const { layout, files } = world;
  const floor = session?.state.org?.limits.free_disk_bytes ?? FREE_DISK_BYTES;
  const found: Found[] = [];
  for (const [what, folder] of [['the repository', layout.common], ['workspaces', layout.stateHome]] as const) {
    const free = await files.free(await nearest(world, folder));
    if (free >= floor) continue;
    found.push({ check: 'disk', state: 'bad', message: `${byteCount(free)} are free for ${what} (${folder}), less than limits.free_disk_bytes (${byteCount(floor)}): no attempt starts`, fix: `make room: coo gc; df -h ${layout.common} ${layout.stateHome}` });
  }
  const [own, workspaces] = [await machine.bytes(layout.coo), await machine.bytes(`${layout.stateHome}/${session?.state.ledger ?? 'unknown'}`)];
  const used = `.git/coo takes ${byteCount(own)}, workspaces take ${byteCount(workspaces)}`;
  return found.length > 0 ? [...found, { check: 'disk', state: 'ok', message: used }] : [{ check: 'disk', state: 'ok', message: `${byteCount(await files.free(await nearest(world, layout.stateHome)))} are free; ${used}` }];
};
