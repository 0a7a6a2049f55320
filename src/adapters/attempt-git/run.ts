import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Cell, Confined } from '../../ports/sandbox.ts';
import { errno, gitMissing } from '../git-store/errors.ts';

/** What git, or the attempt, made impossible in its workspace; `message` holds git's own first lines, or what the attempt did. */
export class AttemptGitError extends Error {
  readonly code = 'ATTEMPT_GIT';
}

export type Env = Readonly<Record<string, string>>;

/** Runs git and gives what it prints. Throws AttemptGitError when it fails. */
export type Git = (args: readonly string[], stdin?: string) => Promise<string>;

export interface Output {
  /** Where its standard output goes, in place of the answer. */
  readonly out?: number;
  /** Bytes of the answer that are kept: 1 MiB when absent. */
  readonly cap?: number;
  /** Of the answer and of what git is told. Names of files are bytes: `latin1` loses none. UTF-8 when absent. */
  readonly encoding?: 'utf8' | 'latin1';
}

/** Time for one git command on a workspace, in milliseconds. */
const TIMEOUT_MS = 300_000;
const OUTPUT_CAP = 1_048_576;

/** Of the user's own configuration too, nothing is run, and a tree is told the same wherever it is sealed. */
const PINNED: readonly string[] = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'core.untrackedCache=false', 'core.splitIndex=false', 'core.attributesFile=/dev/null', 'core.autocrlf=false', 'core.safecrlf=false', 'gc.auto=0', 'maintenance.auto=false', 'commit.gpgSign=false'].flatMap((setting) => ['-c', setting]);
const QUIET: Env = { LC_ALL: 'C', GIT_ATTR_NOSYSTEM: '1', GIT_NO_REPLACE_OBJECTS: '1', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };

/** Git as the worker, through the cell; `env` says which repository. */
export function gitIn(cell: Pick<Cell, 'wrap'>, folder: string, env: Env, output: Output = {}): Git {
  return async (args, stdin = '') => {
    const { exit, stdout, stderr } = await run(cell.wrap({ argv: ['git', ...PINNED, ...args], cwd: folder, env: { ...env, ...QUIET } }), folder, stdin, output);
    if (exit === 0) return stdout;
    throw new AttemptGitError(`git ${args[0] ?? ''} in the workspace exited with ${String(exit)}: ${reasonIn(stderr)}`);
  };
}

/** What git died of; without one, all that it said but advice and warnings. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !/^(?:hint|warning):/.test(line));
  return lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.slice(0, 3).join(' ');
}

function run({ argv: [program, ...args], env }: Confined, cwd: string, stdin: string, { out, cap = OUTPUT_CAP, encoding = 'utf8' }: Output): Promise<{ readonly exit: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', out ?? 'pipe', 'pipe'] });
    // Not spawn's own time limit: its timer goes on, and keeps the process, when the child could not be started.
    const late = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let kept = 0;
    const keep = (into: Buffer[]) => (chunk: Buffer): void => {
      kept += chunk.length;
      if (kept <= cap) into.push(chunk);
    };
    child.stdout?.on('data', keep(stdout));
    child.stderr?.on('data', keep(stderr));
    // Who ends without reading has said why on stderr.
    child.stdin?.on('error', () => child.stdin?.destroy());
    child.stdin?.end(stdin, encoding);
    child.on('error', (cause) => {
      clearTimeout(late);
      const isGone = !existsSync(cwd);
      reject(errno(cause) === 'ENOENT' && !isGone ? gitMissing() : new AttemptGitError(isGone ? `the folder ${cwd} is gone` : `git does not start in ${cwd}: ${cause.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ exit: code ?? 137, stdout: Buffer.concat(stdout).toString(encoding), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}
