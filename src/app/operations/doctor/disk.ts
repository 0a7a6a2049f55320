import { byteCount } from '../../../format/byte-count.ts';
import { emptyState } from '../../../kernel/state.ts';
import { nearest, wantOfRoom } from '../../room.ts';
import type { Check } from './check.ts';

/** Room on the disks of the ledger and of the workspaces, and what coo takes there. */
export const diskCheck: Check = async ({ world, machine, session }) => {
  const { layout, files } = world;
  const want = await wantOfRoom(world, session?.state ?? emptyState());
  if (want !== undefined) return [{ check: 'disk', state: 'bad', ...want }];
  const [own, workspaces] = [await machine.bytes(layout.coo), await machine.bytes(`${layout.stateHome}/${session?.state.ledger ?? 'unknown'}`)];
  const free = await files.free(await nearest(files, layout.stateHome));
  return [{ check: 'disk', state: 'ok', message: `${byteCount(free)} are free; .git/coo takes ${byteCount(own)}, workspaces take ${byteCount(workspaces)}` }];
};
