import type { GuardTools } from '../../app/guard/report.ts';
import type { Doors } from '../../app/pull-request/pr.ts';
import type { World, LedgerWorld } from '../../app/world.ts';
import type { Handover } from '../../ports/handover.ts';
import type { Log } from '../../ports/log.ts';
import type { Machine } from '../../ports/machine.ts';
import type { OperatorRepo } from '../../ports/operator-repo.ts';
import type { Watch } from '../../ports/watch.ts';

/** What the command line needs of the process and the machine it runs in. Only `src/bin` makes one. */
export interface Host {
  readonly version: string;
  /** Absolute; `-C` resolves against it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** How to start this program: its Node and its file, absolute. */
  readonly program: readonly string[];
  /** Who types, for `by`: the user's name. */
  readonly user: string;
  readonly stdin: {
    readonly isTTY: boolean;
    /** All of standard input. */
    read(): Promise<string>;
    /** One line typed by a person. */
    ask(question: string): Promise<string>;
  };
  readonly stdout: {
    readonly isTTY: boolean;
    readonly columns: number;
    readonly rows: number;
    write(text: string): void;
  };
  readonly stderr: {
    readonly isTTY: boolean;
    write(text: string): void;
  };
  /** The light world, for short commands. */
  ledger(folder: string): Promise<LedgerWorld>;
  /** Everything: for `run`, `work` and `gc`. */
  world(folder: string, log: Log): Promise<World>;
  /** The history of the repository of that folder, read only, and the scanner for secrets. */
  guard(folder: string): Promise<GuardTools>;
  /** Writes a file for another program: a report. */
  save(path: string, text: string, how: 'append' | 'replace'): Promise<void>;
  /** Folders that wake; what keeps them from being watched goes to the log. */
  watch(log: Log): Promise<Watch>;
  /** What a doctor asks of the machine. */
  machine(): Promise<Machine>;
  operator(folder: string): Promise<OperatorRepo>;
  /** The remotes of that folder's repository, and their forges. */
  doors(folder: string): Promise<Doors>;
  /** The way of refs into the repository of that folder. */
  handover(folder: string): Promise<Handover>;
  /** The worktrees of the repository, the one the command runs in first. */
  worktrees(world: LedgerWorld): Promise<readonly string[]>;
  /** Texts that `init` puts into a repository, by name. */
  assets(): Promise<ReadonlyMap<string, string>>;
  /** The full commit id of a revision, as the operator's git reads it in `folder`. */
  revision(folder: string, rev: string): Promise<string>;
  /** Calls back on each signal, counted from 1. The result stops listening. */
  interrupts(handler: (count: number, signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
  demo(options: { readonly json: boolean; readonly keep: boolean }): Promise<number>;
}
