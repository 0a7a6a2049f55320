import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Memory, where there is such a folder; else the system's temporary one. */
const MEMORY = '/dev/shm';
export const BIN = join(import.meta.dirname, '..', '..', '..', 'dist', 'bin', 'coo.js');

/** The environment of everything that a row starts: no configuration of whoever runs the bench. */
export function cleanEnv(home: string, path: string = process.env['PATH'] ?? ''): Record<string, string> {
  return { PATH: path, HOME: home, XDG_STATE_HOME: join(home, 'state'), LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', USER: 'bench' };
}

/** Gives a new folder to `use` and removes it afterwards. */
export async function inScratch<T>(what: string, use: (folder: string) => Promise<T>, where: 'disk' | 'memory' = 'disk'): Promise<T> {
  const base = where === 'memory' && spawnSync('test', ['-w', MEMORY]).status === 0 ? MEMORY : tmpdir();
  const folder = mkdtempSync(join(base, `coo-bench-${what}-`));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs git as an operator would and returns what it printed. */
export function gitIn(folder: string, args: readonly string[], stdin: string | Uint8Array = ''): string {
  const ran = spawnSync('git', ['-c', 'user.name=op', '-c', 'user.email=op@example.com', ...args], { cwd: folder, input: stdin, encoding: 'utf8', env: cleanEnv(folder), maxBuffer: 1 << 30 });
  if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.error?.message ?? ran.stderr}`);
  return ran.stdout.trimEnd();
}

/** A packed repository with `files` small files in its one commit, 100 a folder. */
export function packedRepo(folder: string, files: number): void {
  mkdirSync(folder, { recursive: true });
  gitIn(folder, ['init', '-q', '-b', 'main']);
  for (let at = 0; at < files; at++) {
    const path = join(folder, 'src', String(Math.floor(at / 100)), `file-${String(at)}.txt`);
    if (at % 100 === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `file ${String(at)}\n${'some text that is like the text of other files\n'.repeat(8)}`);
  }
  if (files > 0) gitIn(folder, ['add', '-A']);
  gitIn(folder, ['commit', '-q', '--allow-empty', '-m', 'begin']);
  gitIn(folder, ['repack', '-a', '-d', '-q']);
  gitIn(folder, ['pack-refs', '--all']);
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one program to its end, as fast as this process can see it. */
export function ran(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  return { code: status, out: stdout, err: stderr };
}

/** Runs the built `coo`; throws unless it ends with one of `okCodes`. */
export function coo(cwd: string, env: Readonly<Record<string, string>>, args: readonly string[], okCodes: readonly number[] = [0]): Ran {
  const done = ran(process.execPath, [BIN, ...args], cwd, env);
  if (done.code === null || !okCodes.includes(done.code)) throw new Error(`coo ${args.join(' ')} ended with ${String(done.code)}: ${done.err}${done.out.slice(0, 500)}`);
  return done;
}

/** What a process of Node costs before it does anything. */
export function bareNode(cwd: string, env: Readonly<Record<string, string>>): void {
  if (ran(process.execPath, ['-e', '0'], cwd, env).code !== 0) throw new Error('node -e 0 failed');
}

/** A program that goes on while others are measured. `stop` asks it to end and waits. */
export interface Going {
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): void;
}

export function going(program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Going {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  });
  let asked = false;
  void ended.then((code) => {
    if (!asked) process.stderr.write(`${program} ${args.join(' ')} ended by itself with ${String(code)}: ${said}\n`);
  });
  return {
    pid: child.pid ?? 0,
    kill() {
      asked = true;
      child.kill('SIGKILL');
    },
    async stop() {
      asked = true;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Looks every few milliseconds until `seen` gives a value. */
export async function until<T>(what: string, seen: () => T | undefined | Promise<T | undefined>, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await seen();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
