/** One process, as the system's table shows it at one moment. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** The program's name, cut to 15 bytes; any process can give itself another. Empty where the system does not say. */
  readonly name: string;
  /** First letter of the state as `ps` shows it: R S D T t Z X I. */
  readonly state: string;
  /** Start time, comparable for equality only: with the pid it names one process of this boot. */
  readonly started: string;
}

/** What names the machine, its present boot, and the set of pids that can be seen. */
export interface Place {
  readonly boot: string;
  readonly host: string;
  readonly pidns: string;
}

/** A process, and whether it carries the marker that was looked for. */
export interface MarkedRow extends ProcessRow {
  /** The environment it was started with holds exactly the marker (`NAME=value`). False when that cannot be read. */
  readonly marked: boolean;
}

/** The system's table of processes. Everything is a look at one moment: a process may be gone when the answer is read. */
export interface ProcessTable {
  readonly place: Place;
  /** undefined when there is no such pid. */
  row(pid: number): ProcessRow | undefined;
  /**
   * Every process, the youngest first, and those that were born while looking. `meet` is called with each marked one the moment it is
   * seen: a process that lives for 2 ms is gone when the look is over.
   */
  look(marker: string, meet?: (row: ProcessRow) => void): readonly MarkedRow[];
  /** Processor time that a process used so far, with that of children it waited for, in milliseconds. 0 when there is none. */
  cpuMs(pid: number): number;
  /** Whether the process runs under this process's user. */
  ours(pid: number): boolean;
}

/** A zombie has ended: it holds no file, runs no code, and only waits for its parent to ask. */
export function hasEnded(row: ProcessRow | undefined): boolean {
  return row === undefined || row.state === 'Z' || row.state === 'X';
}
