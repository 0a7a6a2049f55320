import { mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../adapters/clock/system-clock.ts';
import type { Host } from '../faces/cli/host.ts';
import type { LedgerWorld } from '../app/world.ts';
import type { Standard } from './standard.ts';
import { wireLedger, wireWorld } from './wire.ts';

/** The command's surroundings: the only place where argv, environment, streams and signals are read. */
export function processHost(version: string, stdout: Standard, stderr: Standard): Host {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  return {
    version,
    cwd: process.cwd(),
    env,
    program: [process.execPath, programFile()],
    user: env['USER'] ?? userInfo().username,
    stdin: { get isTTY() { return isatty(0); }, read: readStdin, ask },
    stdout,
    stderr,
    ledger: (folder) => wireLedger(folder, env),
    async world(folder, log) {
      const world = await wireWorld(folder, env, log, workerArgv());
      shim(world.layout.coo);
      return { ...world, elsewhere: async () => ({ history: (await this.guard(folder)).history, doors: await this.doors(folder) }) };
    },
    async guard(folder) {
      const { guardTools } = await import('./guard-tools.ts');
      return guardTools(folder, env);
    },
    save: (path, text, how) => Promise.resolve(writeFileSync(path, text, { flag: how === 'append' ? 'a' : 'w' })),
    async watch(log) {
      const { chokidarWatch } = await import('../adapters/watch/chokidar-watch.ts');
      const clock = systemClock();
      return chokidarWatch({ failed: ({ code, message, fix }) => log.say({ at_ms: clock.now(), level: 'warn', code, message: `${message}: folders are looked at ${code === 'WATCH_LIMIT' ? 'once a second' : 'every few seconds'} instead\n  fix: ${fix}` }) });
    },
    async machine() {
      const { osMachine } = await import('../adapters/machine/os-machine.ts');
      return osMachine({ node: process.versions.node, searchPath: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' });
    },
    async operator(folder) {
      const { operatorRepo } = await import('../adapters/operator/operator-repo.ts');
      const { discover } = await import('../adapters/git-store/discover.ts');
      return operatorRepo(folder, discover(folder).commonDir);
    },
    async doors(folder) {
      const { operatorRemote } = await import('../adapters/operator/operator-remote.ts');
      const { openForge } = await import('./forge.ts');
      return { remote: operatorRemote(folder), forge: (repo) => openForge(env, repo, version, systemClock()) };
    },
    async handover(folder) {
      const { gitHandover } = await import('../adapters/handover/git-handover.ts');
      const { discover } = await import('../adapters/git-store/discover.ts');
      return gitHandover({ gitDir: discover(folder).commonDir, searchPath: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' });
    },
    worktrees: (world) => Promise.resolve(worktreesOf(world)),
    async assets() {
      const { readAssets } = await import('./assets.ts');
      return readAssets();
    },
    interrupts,
    async revision(folder, rev) {
      const id = await (await this.operator(folder)).revision(rev);
      if (id === null) throw new Error(`${rev} names no commit in ${folder}`);
      return id;
    },
    async demo(options) {
      const { demo } = await import('./demo.ts');
      return demo(options, stdout);
    },
  };
}

/** The worker's program beside this one: built together, started by the same Node. */
function workerArgv(): readonly [string, ...string[]] {
  const here = fileURLToPath(import.meta.url);
  const extension = here.endsWith('.ts') ? 'ts' : 'js';
  return [process.execPath, join(binFolder(here), `worker.${extension}`)];
}

/** The program itself, from wherever the bundler put this module. */
function programFile(): string {
  const here = fileURLToPath(import.meta.url);
  return join(binFolder(here), here.endsWith('.ts') ? 'coo.ts' : 'coo.js');
}

/** The folder of the built bins, from wherever the bundler put this module. */
function binFolder(here: string): string {
  const folder = dirname(here);
  return folder.endsWith('/bin') ? folder : join(folder, '..', 'bin');
}

/** `coo` on the PATH of attempts, by the Node that runs this one: an attempt's own Node may be too old. */
function shim(cooFolder: string): void {
  const target = programFile();
  const folder = join(cooFolder, 'bin');
  const text = `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(target)} "$@"\n`;
  mkdirSync(folder, { recursive: true });
  for (const name of ['coo', 'git-coo']) {
    const path = join(folder, name);
    if (readText(path) === text) continue;
    const aside = `${path}.${String(process.pid)}`;
    writeFileSync(aside, text, { mode: 0o755 });
    renameSync(aside, path);
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function currentLink(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}

function isCode(cause: unknown, code: string): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === code;
}

/** Every worktree of the repository that is there: the one the command runs in first. */
function worktreesOf(world: LedgerWorld): readonly string[] {
  const { common, worktree } = world.layout;
  const found = worktree === null ? [] : [worktree];
  const add = (path: string): void => {
    const real = currentLink(path);
    if (real !== undefined && !found.includes(real)) found.push(real);
  };
  if (common.endsWith('/.git')) add(dirname(common));
  for (const name of list(join(common, 'worktrees'))) {
    const text = readText(join(common, 'worktrees', name, 'gitdir'));
    if (text !== undefined) add(dirname(text.trim()));
  }
  return found;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return [];
    throw cause;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}

function interrupts(handler: Parameters<Host['interrupts']>[0]): () => void {
  let count = 0;
  const listeners = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const listener = (): void => {
      count += 1;
      handler(count, signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const off of listeners) off();
  };
}

async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
