import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { linesOf } from './real-world.ts';

/** Which thread makes a call: of a Node process the one that runs JavaScript (`...Sync`) or libuv's (everything else); or the only one of its git. */
export type Thread = 'main' | 'pool' | 'git';

/** What befalls one system call, in the words of strace(1). `nothing`: a write that takes no byte. `kill` comes before the call is carried out. */
const INJECTED = { EIO: 'error=EIO', ENOSPC: 'error=ENOSPC', nothing: 'retval=0', kill: 'signal=SIGKILL' } as const;
export type Fault = keyof typeof INJECTED;

/** What each system call that changes something can answer, and a kill before it. */
export const FAULTS_OF: Readonly<Record<string, readonly Fault[]>> = {
  openat: ['EIO', 'ENOSPC', 'kill'],
  write: ['EIO', 'ENOSPC', 'nothing', 'kill'],
  pwrite64: ['EIO', 'ENOSPC', 'nothing', 'kill'],
  fsync: ['EIO', 'ENOSPC', 'kill'],
  fdatasync: ['EIO', 'kill'],
  link: ['EIO', 'ENOSPC', 'kill'],
  rename: ['EIO', 'ENOSPC', 'kill'],
  unlink: ['EIO', 'kill'],
  mkdir: ['EIO', 'ENOSPC', 'kill'],
};

/** The n-th occurrence, from 1, of one system call. */
export interface Occurrence {
  readonly call: string;
  readonly fault: Fault;
  readonly nth: number;
}

export interface Ended {
  /** What it printed, a JSON value a line. */
  readonly said: readonly Readonly<Record<string, unknown>>[];
  readonly stderr: string;
  readonly code: number | null;
  /** The call that was hit, as strace writes it, with the paths of its descriptors; undefined when there were not that many. */
  readonly hit: string | undefined;
  /** It came to no end, and was killed. Node's own threads may wait for ever for a word of theirs that was lost. */
  readonly stuck: boolean;
}

/** How long a run may take on a crowded machine before it is stuck, in milliseconds. */
const STUCK_MS = 60_000;

/** Why nothing can be traced here; undefined when it can. */
export function noStrace(): string | undefined {
  const ran = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (ran.error !== undefined) return 'there is no strace: apt-get install strace';
  return ran.status === 0 ? undefined : `strace may not trace: ${ran.stderr.trim()}`;
}

/** The arguments of strace: no `-f`, so that one thread alone is traced and its count is exact. Without an occurrence it only listens. */
export function straceArgs(occurrence: Occurrence | null, log: string): readonly string[] {
  const listen = ['-y', '-o', log, '-e', `trace=${occurrence?.call ?? Object.keys(FAULTS_OF).join(',')}`];
  return occurrence === null ? listen : [...listen, '-e', `inject=${occurrence.call}:${INJECTED[occurrence.fault]}:when=${String(occurrence.nth)}`];
}

/**
 * Which occurrences of a call in a log are about what lies below `folder`, beginning with 1. Of `openat`, those that make a file, and, but for a disk that
 * is full, those of folders. What a process says to its own threads is left out: a kill there is one before the next call.
 */
export function occurrencesIn(log: string, call: string, fault: Fault, folder: string): readonly number[] {
  const lines = readFileSync(log, 'utf8').split('\n').filter((line) => line.startsWith(`${call}(`));
  const opens = fault === 'ENOSPC' ? /O_CREAT/ : /O_CREAT|O_DIRECTORY/;
  return lines.flatMap((line, at) => (line.includes(folder) && (call !== 'openat' || opens.test(line)) ? [at + 1] : []));
}

/** The line of a log that tells of the call that was hit. */
export function hitIn(log: string, fault: Fault): string | undefined {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
  if (fault !== 'kill') return lines.find((line) => line.includes('(INJECTED)'));
  return lines.some((line) => line.includes('killed by SIGKILL')) ? lines.findLast((line) => line.includes('(')) : undefined;
}

/**
 * Runs a program that says `ready` in a line and begins when its standard input is closed; from there on, one system call of one of its threads goes
 * wrong, or with null none. It has one pool thread, so that all calls of that kind are counted together.
 */
export async function underFault(argv: readonly string[], env: Readonly<Record<string, string>>, log: string, thread: Exclude<Thread, 'git'>, occurrence: Occurrence | null): Promise<Ended> {
  rmSync(log, { force: true });
  const child = spawn(process.execPath, argv, { env: { ...env, UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0', NODE_COMPILE_CACHE: `${log}.compiled` }, stdio: ['pipe', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  const ready = heard(child, 'stdout', texts, '\n');
  void heard(child, 'stderr', texts, '\n');
  const ended = new Promise<number | null>((resolve) => void child.once('close', (code) => resolve(code)));
  await ready;
  const tracer = spawn('strace', [...straceArgs(occurrence, log), '-p', String(threadOf(child.pid ?? 0, thread))], { stdio: ['ignore', 'ignore', 'pipe'] });
  const traced = new Promise<void>((resolve) => void tracer.once('close', () => resolve()));
  await heard(tracer, 'stderr', { stdout: '', stderr: '' }, 'attached');
  child.stdin.end();
  let stuck = false;
  const late = setTimeout(() => (stuck = child.kill('SIGKILL')), STUCK_MS);
  const code = await ended;
  clearTimeout(late);
  await traced;
  return { said: linesOf(texts.stdout), stderr: texts.stderr, code, stuck, hit: occurrence === null ? undefined : hitIn(log, occurrence.fault) };
}

/**
 * Runs such a program where no file may grow beyond `bytes`: a write across that line is a short one, and the next fails with EFBIG (setrlimit(2)). strace
 * can say that a write was short, but not make it so.
 */
export function underLimit(argv: readonly string[], env: Readonly<Record<string, string>>, bytes: number): Ended {
  const { stdout, stderr, status } = spawnSync('prlimit', [`--fsize=${String(bytes)}`, process.execPath, ...argv], { env, encoding: 'utf8', input: '' });
  return { said: linesOf(stdout), stderr, code: status, hit: `a file of ${String(bytes)} bytes`, stuck: false };
}

/** Keeps what a child says, and resolves once that holds `word`, or the child is gone. */
async function heard(child: ChildProcess, from: 'stdout' | 'stderr', texts: { stdout: string; stderr: string }, word: string): Promise<void> {
  await new Promise<void>((resolve) => {
    child[from]?.on('data', (chunk: Buffer) => {
      texts[from] += chunk.toString();
      if (texts[from].includes(word)) resolve();
    });
    child.once('close', () => resolve());
  });
}

function threadOf(pid: number, thread: Exclude<Thread, 'git'>): number {
  if (thread === 'main') return pid;
  const tasks = `/proc/${String(pid)}/task`;
  const found = readdirSync(tasks).filter((task) => readFileSync(`${tasks}/${task}/comm`, 'utf8').startsWith('libuv-worker'));
  if (found.length !== 1) throw new Error(`${String(found.length)} pool threads in process ${String(pid)}`);
  return Number(found[0]);
}
