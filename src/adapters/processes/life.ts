import type { Life, Owner } from '../../ports/process.ts';
import { hasEnded, type ProcessTable } from './table.ts';

/**
 * Whether an owner lives, as far as it can be seen from here: another host or pid namespace cannot be seen (`unknown`), and nothing
 * survives a reboot (`dead`). A process under the same pid that started at another time is another process.
 */
export function lifeOf(table: ProcessTable, owner: Owner): Life {
  const { place } = table;
  if (owner.host !== place.host) return 'unknown';
  if (owner.boot !== place.boot) return 'dead';
  if (owner.pidns !== place.pidns) return 'unknown';
  const row = table.row(owner.pid);
  if (row === undefined || row.started !== owner.started || hasEnded(row)) return 'dead';
  return row.state === 'T' || row.state === 't' ? 'stopped' : 'alive';
}
