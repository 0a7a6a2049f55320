import { homedir } from 'node:os';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { diskFiles } from '../adapters/files/disk-files.ts';
import { discover } from '../adapters/git-store/discover.ts';
import { openGitStore } from '../adapters/git-store/store.ts';
import { osProcesses } from '../adapters/processes/os-processes.ts';
import { lockQueue } from '../adapters/queue/lock-queue.ts';
import { secretlintScanner } from '../adapters/secretlint/scanner.ts';
import { systemRandom } from '../adapters/random/system-random.ts';
import { layoutOf } from '../app/layout.ts';
import type { LedgerWorld, World } from '../app/world.ts';
import type { Log } from '../ports/log.ts';

export type Env = Readonly<Record<string, string>>;

const NONCE_BYTES = 8;

/** What a short command needs, and not a module more: this is the path of `coo claim`. */
export async function wireLedger(folder: string, env: Env): Promise<LedgerWorld> {
  const clock = systemClock();
  const random = systemRandom();
  const nonce = random.hex(NONCE_BYTES);
  const files = diskFiles({ nonce });
  const processes = osProcesses({ clock, nonce });
  const { commonDir, worktree } = discover(folder);
  const layout = layoutOf({ worktree, common: commonDir, stateHome: env['XDG_STATE_HOME'] ?? `${env['HOME'] ?? homedir()}/.local/state` });
  const git = await openGitStore({ folder: commonDir, searchPath: searchPath(env), processes, clock, random });
  const queue = lockQueue({ path: `${layout.coo}/queue`, clock, random });
  // A relative one says nothing (XDG Base Directory Specification), and would put keys into a repository.
  const configHome = env['XDG_CONFIG_HOME']?.startsWith('/') === true ? env['XDG_CONFIG_HOME'] : `${env['HOME'] ?? homedir()}/.config`;
  const keys: NonNullable<LedgerWorld['keys']> = async () => (await import('../adapters/signer/key-folder.ts')).keyFolder({ folder: `${configHome}/coo/keys`, files, random });
  const beside: NonNullable<LedgerWorld['beside']> = async (given) => (await import('./examine-thread.ts')).examineBeside(folder, env, given);
  return { clock, random, files, processes, git, queue, layout, secrets: secretlintScanner(), keys, beside };
}

/** Everything: for the manager and the workers. */
export async function wireWorld(folder: string, env: Env, log: Log, workerArgv: World['workerArgv']): Promise<World> {
  const ledger = await wireLedger(folder, env);
  const { openGitWork } = await import('../adapters/git-work/open.ts');
  const { attemptGit } = await import('../adapters/attempt-git/attempt-git.ts');
  const { bubblewrap } = await import('../adapters/sandbox/bubblewrap.ts');
  const { diskTrees } = await import('../adapters/trees/copy-tree.ts');
  const { clock, random, processes } = ledger;
  const work = await openGitWork({ folder, searchPath: searchPath(env), clock, random, processes, operatorEnv: env });
  return { ...ledger, log, work, attemptGit: attemptGit(ledger.git.format), trees: diskTrees(), sandbox: bubblewrap({ searchPath: searchPath(env), bridge: bridgeArgv(workerArgv) }), harness: async (kind) => (await import('../adapters/harness/harness.ts')).harnessOf(kind, ledger.clock), workerArgv, env };
}

/** The bridge's program beside the worker's. */
function bridgeArgv([node, worker = '']: World['workerArgv']): readonly [string, ...string[]] {
  return [node, worker.replace(/worker(\.[jt]s)$/, 'bridge$1')];
}

function searchPath(env: Env): string {
  return env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
}
