import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { GitStoreOptions } from '../../src/adapters/git-store/store.ts';
import { openGitStore } from '../../src/adapters/git-store/store.ts';
import { osProcesses } from '../../src/adapters/processes/os-processes.ts';
import { systemRandom } from '../../src/adapters/random/system-random.ts';
import type { GitObject, GitStore } from '../../src/ports/git-store.ts';

export const SEARCH_PATH = process.env['PATH'] ?? '';

/** A real repository for one test. */
export interface TestRepo {
  /** Worktree, or the bare repository. */
  readonly folder: string;
  readonly gitDir: string;
  /** Runs the operator's git there, with a clean environment, and returns what it printed. Throws when it fails. */
  git(...args: readonly string[]): string;
  /** The same, with bytes for standard input. */
  gitWith(stdin: string, ...args: readonly string[]): string;
}

export interface TestRepoOptions {
  readonly format?: 'sha1' | 'sha256';
  readonly bare?: boolean;
  /** The folder's name; give it spaces to see what breaks. */
  readonly name?: string;
}

/** A new folder of its own under the system's temporary one. The caller removes `scratch` of it at the end. */
export function scratchFolder(what: string): string {
  return mkdtempSync(join(tmpdir(), `coo-${what}-`));
}

/** Makes an empty repository in a new folder below `scratch`. */
export function testRepo(scratch: string, { format = 'sha1', bare = false, name = 'repo' }: TestRepoOptions = {}): TestRepo {
  const folder = join(mkdtempSync(join(scratch, 'r-')), name);
  mkdirSync(folder);
  gitIn(folder, '', ['init', '-q', '-b', 'main', `--object-format=${format}`, ...(bare ? ['--bare'] : [])]);
  return {
    folder,
    gitDir: bare ? folder : join(folder, '.git'),
    git: (...args) => gitIn(folder, '', args),
    gitWith: (stdin, ...args) => gitIn(folder, stdin, args),
  };
}

/** Runs git as an operator would, without this machine's configuration. */
export function gitIn(folder: string, stdin: string, args: readonly string[]): string {
  const ran = spawnSync('git', ['-c', 'user.name=op', '-c', 'user.email=op@example.com', ...args], {
    cwd: folder,
    input: stdin,
    encoding: 'utf8',
    env: { PATH: SEARCH_PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' },
  });
  if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.error?.message ?? ran.stderr}`);
  return ran.stdout.trimEnd();
}

/** Opens the real store on a folder, with this machine's processes, clock and chance unless told otherwise. */
export function openRealStore(folder: string, over: Partial<GitStoreOptions> = {}): Promise<GitStore> {
  const clock = systemClock();
  const random = systemRandom();
  return openGitStore({ folder, searchPath: SEARCH_PATH, clock, random, processes: osProcesses({ clock, nonce: random.hex(8) }), ...over });
}

/** A blob of some text. */
export function blob(text: string): GitObject {
  return { type: 'blob', bytes: new TextEncoder().encode(text) };
}

/** A commit of the empty tree. Write `EMPTY_TREE` too. */
export function commitOf(store: GitStore, message: string, parent: string | null = null): GitObject {
  const lines = [`tree ${store.idOf(EMPTY_TREE)}`, ...(parent === null ? [] : [`parent ${parent}`]), 'author coo <coo@localhost> 0 +0000', 'committer coo <coo@localhost> 0 +0000', '', message, ''];
  return { type: 'commit', bytes: new TextEncoder().encode(lines.join('\n')) };
}

export const EMPTY_TREE: GitObject = { type: 'tree', bytes: new Uint8Array(0) };
