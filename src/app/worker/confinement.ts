import { posix } from 'node:path';
import type { Confinement } from '../../ports/sandbox.ts';

/** What of the machine and the repository a confinement is made from. */
export interface Grounds {
  /** The coordinator's git folder, and every worktree of the repository. */
  readonly common: string;
  readonly worktrees: readonly string[];
  /** Workspaces of all attempts of this user. */
  readonly stateHome: string;
  /** Object folders that the workspace borrows from. */
  readonly objects: readonly string[];
  /** Node and coo itself: attempts call `coo`. */
  readonly programs: readonly string[];
  /** Where the agent's program is found, and where it truly is. */
  readonly agent: readonly string[];
  /** The operator's environment: its HOME and XDG_CONFIG_HOME are hidden, tools on its PATH shown. */
  readonly env: Readonly<Record<string, string>>;
}

/** The folders of one attempt. */
export interface AttemptFolders {
  readonly workspace: string;
  readonly inbox: string;
  /** Of an agent. */
  readonly home: string | undefined;
  readonly orderFile: string;
  readonly cell: string;
}

/** Where the order's own home and temporary folders are. */
export function cellFolder(workspace: string): string {
  return `${workspace}.cell`;
}

/**
 * What one attempt may reach: its workspace, its inbox and a home and a temporary folder of its own; nothing of the operator's home, worktrees and
 * git folder but the objects that it borrows, its order, and programs.
 */
export function confinementOf(grounds: Grounds, attempt: AttemptFolders, network: readonly string[]): Confinement {
  const { common, worktrees, stateHome, objects, programs, agent, env } = grounds;
  const hidden = [...new Set([common, `${common}/coo`, stateHome, ...worktrees, env['HOME'] ?? '', env['XDG_CONFIG_HOME'] ?? ''].filter((path) => path.startsWith('/') && path !== '/'))];
  const tools = (env['PATH'] ?? '').split(':').flatMap((path) => toolsAt(posix.normalize(path), hidden));
  return {
    writable: [attempt.workspace, attempt.inbox, ...(attempt.home === undefined ? [] : [attempt.home])],
    hidden,
    readable: [...objects, `${common}/coo/bin`, attempt.orderFile, ...programs.map((program) => packageOf(program, hidden)), ...agent.flatMap((program) => installationOf(program, hidden)), ...tools],
    own: attempt.cell,
    network,
  };
}

/**
 * What is shown of a hidden folder because the PATH leads there: a folder of programs with what stands beside it (`lib` beside `bin`), but never
 * the hidden folder itself or one directly in it, which may hold keys (`~/.cargo`).
 */
function toolsAt(path: string, hidden: readonly string[]): readonly string[] {
  const roof = hidden.filter((folder) => path.startsWith(`${folder}/`)).toSorted((one, other) => other.length - one.length)[0];
  if (roof === undefined) return [];
  const beside = posix.dirname(path);
  return [beside.slice(roof.length + 1).includes('/') ? beside : path];
}

/** What is shown of a program that may lie in a hidden folder: all packages it was installed with, or what stands beside its folder, or itself alone. */
function installationOf(program: string, hidden: readonly string[]): readonly string[] {
  const at = program.indexOf('/node_modules/');
  if (at >= 0) return [`${program.slice(0, at)}/node_modules`];
  return [program, ...(program.includes('/bin/') ? toolsAt(posix.dirname(program), hidden) : [])];
}

/** The folder that a program needs of itself: all packages it was installed with, or its installation; never one that holds what is hidden. */
function packageOf(program: string, hidden: readonly string[]): string {
  const at = program.indexOf('/node_modules/');
  if (at >= 0) return `${program.slice(0, at)}/node_modules`;
  const whole = posix.dirname(posix.dirname(program.replace(/\/(?:dist|src)\/bin\/[^/]+$/, '/bin/x')));
  return whole === '/' || hidden.some((folder) => folder === whole || folder.startsWith(`${whole}/`)) ? posix.dirname(program) : whole;
}
