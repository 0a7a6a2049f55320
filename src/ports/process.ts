/**
 * Who owns a lock, a start or a claim. Equal owners are the same process: a pid alone is reused after a reboot.
 * `boot` is the kernel's boot id; `host` a stable id of the machine; `pidns` the pid namespace; `started` the process's start time in
 * clock ticks since boot; `nonce` is drawn once per process.
 */
export interface Owner {
  readonly boot: string;
  readonly host: string;
  readonly pidns: string;
  readonly pid: number;
  readonly started: string;
  readonly nonce: string;
}

/** `unknown` = another host or namespace: its life cannot be seen from here. */
export type Life = 'alive' | 'stopped' | 'dead' | 'unknown';

/** What to run. No shell is added: `argv[0]` is looked up in `env.PATH`. */
export interface Spawn {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Where standard output and error go, interleaved. `ignore` drops them. */
  readonly output: { readonly file: string; /** Bytes kept; the rest is counted, not stored. */ readonly cap: number } | 'ignore';
  /** Wall time; afterwards the whole tree is killed. */
  readonly wallMs?: number;
  /** Environment marker by which every descendant is found, e.g. `COO_TREE=<ledger>.hello.greet.1`. Must stand in `env`. */
  readonly marker: string;
  /** Bytes for standard input, which is then closed; `open` leaves it to `Running.write`; closed when absent. */
  readonly stdin?: Uint8Array | 'open';
  /** Told what comes on standard output, as it comes. Standard error then goes to the output file too, in no certain order with it. */
  readonly watch?: (chunk: Uint8Array) => void;
}

export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'not_started'; readonly cause: string };

export interface Finished {
  readonly ending: Ending;
  /** Monotonic duration in milliseconds. */
  readonly ms: number;
  /** Bytes written in all, including those over the cap. */
  readonly outputBytes: number;
  /** The system's code of the first write to the output file that failed (e.g. `ENOSPC`): what came after was counted, not stored. */
  readonly outputFault?: string;
}

/** A child in its own session and process group. */
export interface Running {
  /** 0 when it could not be started. */
  readonly pid: number;
  /** Resolves once, when the child has ended, its output is drained and its descendants are dead. Never rejects. */
  readonly finished: Promise<Finished>;
  /** Writes to a standard input that was left open; null closes it. What a program that has ended does not read is lost. */
  write(bytes: Uint8Array | null): void;
  /** Asks (SIGTERM to the tree), waits `graceMs`, then kills the tree. Resolves when all are seen dead. */
  stop(graceMs: number): Promise<void>;
}

/**
 * A program that was started ahead of its work, in its own session like one that was detached. It waits for a piece of work on standard
 * input, and says that it waits for the next by anything on standard output. What it was given it finishes, whoever else ends;
 * when this process is gone it reads the end of input, or finds nobody to say so to, and is to leave.
 */
export interface Spare {
  readonly pid: number;
  /** Whether it can be given something: it works at nothing, and has not been seen to end. */
  readonly waits: boolean;
  /** Hands over a piece of work. False when it did not get it: it has ended, or works. */
  give(bytes: Uint8Array): Promise<boolean>;
  /** Kills it if it waits, and resolves when it is dead. One that works goes on. */
  close(): Promise<void>;
}

/** Processes of this machine. */
export interface Processes {
  /** This process. */
  self(): Owner;
  /** Whether an owner still lives. */
  life(owner: Owner): Life;
  /** Processor time that the living processes whose environment holds `marker`, and their descendants, used so far, in milliseconds; less after one of them ended. */
  cpuMs(marker: string): number;
  /** Runs a program and watches it. */
  run(spawn: Spawn): Running;
  /** Starts a program that outlives this one, in its own session, with all three streams on /dev/null. Returns its pid. */
  detach(spawn: Pick<Spawn, 'argv' | 'cwd' | 'env'>): Promise<number>;
  /** Starts a program as `detach` does, but with pipes on standard input and output. It does not keep this process from ending. `again`: it waits once more. */
  spare(spawn: Pick<Spawn, 'argv' | 'cwd' | 'env'>, again: () => void): Promise<Spare>;
  /**
   * Kills every process whose environment holds `marker`, and the whole group and descendants of `owner` if given; asks first when `graceMs` > 0.
   * Resolves with the pids that could still be seen alive at the end (empty = all dead).
   */
  killTree(target: { readonly marker: string; readonly owner?: Owner }, graceMs: number): Promise<readonly number[]>;
}
