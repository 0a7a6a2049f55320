import { byteCount } from '../../../format/byte-count.ts';
import { emptyState } from '../../../kernel/state.ts';
import { wantOfRoom } from '../../room.ts';
import { diskUse } from '../disk-use.ts';
import type { Check } from './check.ts';

/** Room on the disks of the ledger and of the workspaces, and what coo takes there. */
export const diskCheck: Check = async ({ world, machine, session }) => {
  const want = await wantOfRoom(world, session?.state ?? emptyState());
  if (want !== undefined) return [{ check: 'disk', state: 'bad', ...want }];
  const { free, coo, workspaces, setups } = await diskUse(world, machine, session?.state.ledger ?? null);
  return [{ check: 'disk', state: 'ok', message: `${byteCount(free)} are free; .git/coo takes ${byteCount(coo)}, workspaces ${byteCount(workspaces)}, kept set-ups ${byteCount(setups)}` }];
};
