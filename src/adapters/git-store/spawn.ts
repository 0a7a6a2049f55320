import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { gitEnvironment, PINNED_OPTIONS } from './environment.ts';
import type { GitRepo } from './environment.ts';
import { GitError, errno, gitMissing } from './errors.ts';

/** How one git command runs. */
export interface GitOptions {
  /** Bytes for standard input; closed at once when absent. */
  readonly stdin?: Uint8Array | string;
  /** Added to the fixed environment, e.g. GIT_INDEX_FILE. Wins over it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer, not an error; `[0]` when absent. */
  readonly okExits?: readonly number[];
  /** Most bytes of standard output; 64 MiB when absent. More ends the child and throws GIT_TOO_LARGE. */
  readonly maxOutputBytes?: number;
  /** Wall time in milliseconds; 60,000 when absent. Afterwards the child is ended and GIT_TIMED_OUT thrown. */
  readonly timeoutMs?: number;
}

export interface GitOutput {
  readonly stdout: Uint8Array;
  /** Standard error as UTF-8, its first 64 KiB. */
  readonly stderr: string;
  readonly exit: number;
}

/** A git child with three pipes, in its own session and process group. */
export type GitChild = ChildProcessByStdio<Writable, Readable, Readable>;

/** How a child ended: an exit code, or the signal that killed it. */
export interface GitEnd {
  readonly exit: number | null;
  readonly signal: string | null;
  /** The system's code when the program could not be started. */
  readonly notStarted?: string;
}

const MAX_STDERR_BYTES = 64 * 1024;
const DEFAULT_OUTPUT_BYTES = 64 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 60_000;
/** Between asking a child to end, so that it can remove its locks, and killing it. */
const KILL_AFTER_MS = 2_000;

/**
 * Starts git and returns at once. For talking to a kept-open child or for streaming; use `git` otherwise.
 * The child gets its own process group: a kill of ours (Ctrl-C, a group kill) never hits it between taking a ref's lock and moving the ref.
 * A broken pipe on its standard input is not an error here: the child's end tells more.
 */
export function spawnGit(repo: GitRepo, args: readonly string[], env: Readonly<Record<string, string>> = {}): GitChild {
  const child = spawn(repo.program ?? 'git', [...PINNED_OPTIONS, ...args], {
    cwd: repo.cwd ?? repo.gitDir,
    env: gitEnvironment(repo, env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  // EPIPE and ECONNRESET say only that the reader is gone; `ended` says why. Any other error would do the same to the child: it ends.
  child.stdin.on('error', () => child.stdin.destroy());
  return child;
}

/** Resolves when the child has ended and its pipes are drained. Never rejects. Call it in the same tick as `spawnGit`. */
export function ended(child: GitChild): Promise<GitEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ exit: null, signal: null, notStarted: errno(error) ?? String(error) });
    });
    child.once('close', (exit, signal) => resolve({ exit, signal }));
  });
}

/** Asks the child's whole group to end, and kills it when it is still there after two seconds. */
export function endGit(child: GitChild): void {
  if (!signalGroup(child, 'SIGTERM')) return;
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  timer.unref();
  child.once('close', () => clearTimeout(timer));
}

/**
 * Runs one git command to its end.
 * Throws `GitError`: GIT_NOT_STARTED, GIT_FAILED (an exit code not in `okExits`), GIT_KILLED, GIT_TIMED_OUT, GIT_TOO_LARGE.
 */
export async function git(repo: GitRepo, args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
  const child = spawnGit(repo, args, options.env);
  const end = ended(child);
  const maxOutputBytes = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  let tooLarge = false;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGit(child);
  }, timeoutMs);
  const stdout = collect(child.stdout, maxOutputBytes, () => {
    if (!tooLarge) endGit(child);
    tooLarge = true;
  });
  const stderr = collect(child.stderr, MAX_STDERR_BYTES, () => undefined);
  child.stdin.end(options.stdin ?? '');

  const { exit, signal, notStarted } = await end;
  clearTimeout(timer);
  const output = { stdout: stdout(), stderr: new TextDecoder().decode(stderr()) };
  if (timedOut) throw new GitError({ ...about(args, output.stderr), code: 'GIT_TIMED_OUT', message: `git ${command(args)} did not end within ${String(timeoutMs)} ms` });
  if (tooLarge) throw new GitError({ ...about(args, output.stderr), code: 'GIT_TOO_LARGE', message: `git ${command(args)} printed more than ${String(maxOutputBytes)} bytes` });
  if (exit !== null && (options.okExits ?? [0]).includes(exit)) return { ...output, exit };
  throw gitFailure(repo, args, { exit, signal, ...(notStarted === undefined ? {} : { notStarted }) }, output.stderr);
}

/** The error for a child that ended in another way than it should have. */
export function gitFailure(repo: GitRepo, args: readonly string[], end: GitEnd, stderr: string): GitError {
  const detail = about(args, stderr);
  if (end.notStarted !== undefined) {
    // The system says the same of a folder that is gone.
    if (end.notStarted === 'ENOENT' && existsSync(repo.cwd ?? repo.gitDir)) return gitMissing(detail);
    return new GitError({ ...detail, code: 'GIT_NOT_STARTED', message: `git could not be started in ${repo.cwd ?? repo.gitDir}: ${end.notStarted}` });
  }
  if (end.signal !== null) return new GitError({ ...detail, code: 'GIT_KILLED', message: `git ${command(args)} was killed by ${end.signal}`, signal: end.signal });
  const exit = end.exit ?? -1;
  return new GitError({ ...detail, code: 'GIT_FAILED', message: `git ${command(args)} ended with ${String(exit)}`, exit });
}

/** Gathers a stream up to a limit; what is over it is dropped and told once per chunk. */
export function collect(stream: Readable, maxBytes: number, onOver: () => void): () => Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    const room = maxBytes - size;
    if (room > 0) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    size += chunk.length;
    if (size > maxBytes) onOver();
  });
  return () => {
    const all = Buffer.concat(chunks);
    return new Uint8Array(all.buffer, all.byteOffset, all.length);
  };
}

function signalGroup(child: GitChild, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  // A pid that was reaped may belong to someone else by now.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    if (errno(error) === 'ESRCH') return false;
    throw error;
  }
}

function about(args: readonly string[], stderr: string): { argv: readonly string[]; stderr: string } {
  const lines = stderr.split('\n').filter((line) => !line.startsWith('hint:')).slice(0, 8).join('\n').trim();
  return { argv: ['git', ...args.map(withoutSecrets)], stderr: withoutSecrets(lines) };
}

/** A URL's user part may be a password. */
function withoutSecrets(text: string): string {
  return text.replaceAll(/:\/\/[^@/\s]+@/g, '://***@');
}

/** The command's name, past any options of git itself. */
function command(args: readonly string[]): string {
  const at = args.findIndex((arg, index) => !arg.startsWith('-') && args[index - 1] !== '-c');
  return args[at] ?? '';
}
