import type { Clock } from '../../ports/clock.ts';
import type { Owner, Processes } from '../../ports/process.ts';
import { detach } from './detach.ts';
import { killTree } from './kill-tree.ts';
import { lifeOf } from './life.ts';
import { hasProc, linuxTable } from './linux-table.ts';
import { psTable } from './ps-table.ts';
import { run } from './run.ts';
import { spare } from './spare.ts';
import type { ProcessTable } from './table.ts';
import { lineOf, treeOf } from './tree.ts';

export interface OsProcessesOptions {
  readonly clock: Clock;
  /** Drawn once per process; lower-case letters and digits. */
  readonly nonce: string;
  /** The table to look in; by default the one of this system. */
  readonly table?: ProcessTable;
}

/** The processes of this machine. */
export function osProcesses({ clock, nonce, table = hasProc() ? linuxTable() : psTable() }: OsProcessesOptions): Processes {
  const self: Owner = { ...table.place, pid: process.pid, started: table.row(process.pid)?.started ?? '', nonce };
  return {
    self: () => self,
    life: (owner) => lifeOf(table, owner),
    cpuMs: (marker) => treeOf(table.look(marker), { spared: lineOf((pid) => table.row(pid), process.pid) }).reduce((sum, { pid }) => sum + table.cpuMs(pid), 0),
    run: (spawn) => run(table, clock, spawn),
    detach,
    spare,
    async killTree({ marker, owner }, graceMs) {
      // An owner of another boot, host or namespace names no process here; what carries the marker still goes.
      const isHere = owner !== undefined && owner.host === self.host && owner.boot === self.boot && owner.pidns === self.pidns;
      return killTree(table, clock, { marker, ...(isHere && { owner }) }, graceMs);
    },
  };
}
