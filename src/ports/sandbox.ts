/**
 * What an attempt's programs may reach. Paths are absolute. The whole file system is there to read; of two named paths, one in the other,
 * the deeper one decides.
 */
export interface Confinement {
  /** Folders that are written to. */
  readonly writable: readonly string[];
  /** Folders that are not seen: empty ones stand in their place. Some may be absent. */
  readonly hidden: readonly string[];
  /** What lies in a hidden folder and is seen all the same, to read. Some may be absent. */
  readonly readable: readonly string[];
  /** A folder of the attempt's own: `home` in it is what programs are told is their home; others in it stand where they look for temporary folders and shared memory. */
  readonly own: string;
  /**
   * Hosts that are reached, through a proxy that programs find in their environment: `host`, `host:port` or `*.domain`; without a port 80 and 443.
   * Nothing else is, not even another attempt's loopback.
   */
  readonly network: readonly string[];
}

/** Whether a sandbox works on this machine. `message` says what is missing, `fix` what to type. */
export type Standing = { readonly ok: true } | { readonly ok: false; readonly code: 'SANDBOX_MISSING'; readonly message: string; readonly fix: string };

/** A program as it is to be started: only a `Cell` makes one, so that nothing of an attempt runs beside its sandbox. */
export interface Confined {
  readonly argv: readonly [string, ...string[]];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** One attempt's sandbox. */
export interface Cell {
  /** `off`: nothing is confined. */
  readonly kind: 'off' | 'bubblewrap';
  /**
   * How a program is started inside. What it leaves running ends with it; it cannot signal, trace or see a process outside.
   * Throws what the system says when a folder that is written to is absent.
   */
  wrap(program: { readonly argv: readonly [string, ...string[]]; readonly cwd: string; readonly env: Readonly<Record<string, string>> }): Confined;
  /** Ends what serves the cell (its way to the network). Processes inside are ended by whoever started them. */
  close(): Promise<void>;
}

/** What confines programs on this machine. */
export interface Sandbox {
  /** Tried, not guessed; asked again it may answer otherwise. */
  standing(): Promise<Standing>;
  /** Where a program is found, and where it truly is; nothing where it is not. */
  whereabouts(program: string): readonly string[];
  /** A cell for one attempt. Ask for the standing first. */
  open(confinement: Confinement): Promise<Cell>;
}
