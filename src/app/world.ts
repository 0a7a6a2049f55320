import type { AgentKind } from '../kernel/org.ts';
import type { AttemptGit } from '../ports/attempt-git.ts';
import type { Clock } from '../ports/clock.ts';
import type { Files } from '../ports/files.ts';
import type { GitStore } from '../ports/git-store.ts';
import type { GitWork } from '../ports/git-work.ts';
import type { Queue } from '../ports/lock.ts';
import type { Harness } from '../ports/harness.ts';
import type { Log } from '../ports/log.ts';
import type { Processes } from '../ports/process.ts';
import type { Random } from '../ports/random.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { SecretScanner } from '../ports/secrets.ts';
import type { SigningKeys } from '../ports/signer.ts';
import type { Trees } from '../ports/trees.ts';
import type { Elsewhere } from './integrate/merge-watch.ts';
import type { Layout } from './layout.ts';
import type { ExaminedFile, Helper } from './verify/files.ts';

/** What reading and appending to the ledger needs: all that a short command pays for. */
export interface LedgerWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly processes: Processes;
  readonly git: GitStore;
  readonly queue: Queue;
  readonly layout: Layout;
  /** Its rules are loaded with the first text that could hold anything. */
  readonly secrets: SecretScanner;
  /** Absent: nothing is signed. */
  keys?(): Promise<SigningKeys>;
  /** `examine` in a thread of its own, where there is a core for it. */
  beside?(files: readonly ExaminedFile[]): Promise<Helper | undefined>;
}

/** What the manager and the workers need beside that. */
export interface World extends LedgerWorld {
  readonly log: Log;
  readonly work: GitWork;
  readonly attemptGit: AttemptGit;
  readonly trees: Trees;
  readonly sandbox: Sandbox;
  /** What runs one kind of agent program; loaded when it is wanted. */
  readonly harness: (kind: AgentKind) => Promise<Harness>;
  /** How a worker process is started: argv in front of `<common dir> <order id>`, and the environment it may inherit. */
  readonly workerArgv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Where merges happen without coo: the forge, and the target's history. */
  elsewhere?(): Promise<Elsewhere>;
}
