import { spawn } from 'node:child_process';
import type { GitOutput } from '../../git-store/spawn.ts';
import { collect, ended, endGit, gitFailure } from '../../git-store/spawn.ts';
import type { Context } from '../context.ts';

/** A worktree of the operator, and the index that git shall use in place of its own. */
export interface OperatorTree {
  readonly gitDir: string;
  readonly folder: string;
  readonly indexFile: string;
  /** `NAME=value`, put in the environment so that the child and its filters can be found after we were killed. */
  readonly marker: string;
}

interface Options {
  readonly stdin?: string | Uint8Array;
  readonly okExits?: readonly number[];
}

/** Where the operator's configuration lies; every other GIT_* variable could have leaked from a hook or an alias. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM']);
const OPTIONS: readonly string[] = ['--no-pager', '--literal-pathspecs'].concat(
  ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'submodule.recurse=false', 'gc.auto=0', 'advice.sparseIndexExpanded=false'].flatMap((setting) => ['-c', setting]),
);
/** A filter may have to fetch large files. */
const TIMEOUT_MS = 600_000;
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/**
 * Runs git in a worktree of the operator's, with their environment, configuration, attributes and filters: what is checked out must look as
 * they expect it. Only hooks, fsmonitor and submodule recursion are off. Never for what a worker could have configured.
 */
export async function operatorGit(context: Context, tree: OperatorTree, args: readonly string[], options: Options = {}): Promise<GitOutput> {
  const child = spawn(context.shared.program ?? 'git', [...OPTIONS, ...args], {
    cwd: tree.folder,
    env: environment(context, tree),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    windowsHide: true,
  });
  child.stdin.on('error', () => child.stdin.destroy());
  const end = ended(child);
  const timer = setTimeout(() => endGit(child), TIMEOUT_MS);
  const stdout = collect(child.stdout, MAX_OUTPUT_BYTES, () => endGit(child));
  const stderr = collect(child.stderr, 64 * 1024, () => undefined);
  child.stdin.end(options.stdin ?? '');
  const how = await end;
  clearTimeout(timer);
  const said = new TextDecoder().decode(stderr());
  if (how.exit !== null && (options.okExits ?? [0]).includes(how.exit)) return { stdout: stdout(), stderr: said, exit: how.exit };
  throw gitFailure(context.shared, args, how, said);
}

function environment(context: Context, tree: OperatorTree): Record<string, string> {
  const theirs = Object.entries(context.operatorEnv).filter(([name, value]) => value !== undefined && (!name.startsWith('GIT_') || KEPT.has(name)));
  const [name = '', value = ''] = tree.marker.split('=', 2);
  return {
    PATH: context.shared.searchPath,
    ...(Object.fromEntries(theirs) as Record<string, string>),
    LC_ALL: 'C',
    GIT_DIR: tree.gitDir,
    GIT_WORK_TREE: tree.folder,
    GIT_INDEX_FILE: tree.indexFile,
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    [name]: value,
  };
}
