import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files.ts';
import type { Processes } from '../../ports/process.ts';

/** What the demo needs of the machine. Only `src/bin` makes one. */
export interface DemoHost {
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  /** The very coo that was started, as an argv in front of its arguments. */
  readonly coo: readonly [string, ...string[]];
  /** What child processes get of the user's environment: where programs are, language, colours. No home, no identity. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: { readonly isTTY: boolean; write(text: string): void };
  /** A new empty folder for this run: absolute, without symbolic links on the way. */
  scratch(): Promise<string>;
  /** Copies a folder with all that is in it, as `cp -R` does. */
  copy(from: string, to: string): Promise<void>;
  /** `kill -9` of one process. */
  kill(pid: number): void;
  /** Calls back on each signal that asks the demo to end. The result stops listening. */
  interrupts(handler: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void): () => void;
}
