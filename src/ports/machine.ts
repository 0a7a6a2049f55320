import type { Standing } from './sandbox.ts';

/** What a doctor asks of the machine, and nobody else. Each answer is a look at one moment. */
export interface Machine {
  /** Version of the Node that runs us. */
  readonly node: string;
  /** What `git version` says, or why it could not be asked. */
  git(): Promise<{ readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string }>;
  /** Where PATH finds a program, a whole path itself; undefined when it does not. */
  program(name: string): string | undefined;
  /** Whether a sandbox stands: tried. */
  sandbox(): Promise<Standing>;
  /** File watches of this user and how many there may be; undefined where the system does not count them. */
  watches(): Watches | undefined;
  /** Why a watch cannot be set on a folder: tried. Undefined when it can. */
  unwatchable(folder: string): string | undefined;
  /** What the mount that holds a path is, e.g. `ext4`; undefined where it cannot be seen. */
  mount(path: string): string | undefined;
  /** Git's lock files in a repository (of all its worktrees), each with a guess at who holds it. */
  locks(common: string, worktrees: readonly string[]): readonly FoundLock[];
  /** Bytes that a file or a folder takes on the disk; what is linked twice counts once, what is absent 0. */
  bytes(path: string): Promise<number>;
}

export interface Watches {
  readonly instances: { readonly used: number; readonly most: number };
  readonly watches: { readonly used: number; readonly most: number };
}

export interface FoundLock {
  readonly path: string;
  /** What it locks: a ref's full name, `HEAD` or `packed-refs`; null for anything else, which nobody who moves refs locks. */
  readonly ref: string | null;
  /** Milliseconds since 1970. */
  readonly since_ms: number;
  /** A process that has it open, or a git that runs in the repository; undefined when there is none to be seen. */
  readonly holder: string | undefined;
}
