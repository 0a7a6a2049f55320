import type { OrderId, PlanId } from '../kernel/ids.ts';

/** Where everything of one repository lives. All paths are absolute. */
export interface Layout {
  /** The worktree the command runs in; null in a bare repository. */
  readonly worktree: string | null;
  /** The git folder that all worktrees share. */
  readonly common: string;
  /** `<common>/coo`: everything that is never cloned. */
  readonly coo: string;
  /** `$XDG_STATE_HOME/coo`: attempt workspaces, outside of any repository. */
  readonly stateHome: string;
}

export function layoutOf(at: { readonly worktree: string | null; readonly common: string; readonly stateHome: string }): Layout {
  return { worktree: at.worktree, common: at.common, coo: `${at.common}/coo`, stateHome: `${at.stateHome}/coo` };
}

/** Folders and files of `.git/coo`, by name. */
export const cooPaths = {
  home: (at: Layout): string => `${at.coo}/home.json`,
  halted: (at: Layout): string => `${at.coo}/halted.json`,
  queue: (at: Layout): string => `${at.coo}/queue`,
  cache: (at: Layout): string => `${at.coo}/cache`,
  spool: (at: Layout): string => `${at.coo}/spool`,
  starts: (at: Layout): string => `${at.coo}/start`,
  start: (at: Layout, order: OrderId): string => `${at.coo}/start/${order}.json`,
  beats: (at: Layout): string => `${at.coo}/beats`,
  beat: (at: Layout, order: OrderId): string => `${at.coo}/beats/${order}`,
  /** Beside those of orders, whose names have two dots. */
  managerBeat: (at: Layout, epoch: number): string => `${at.coo}/beats/epoch.${String(epoch)}`,
  used: (at: Layout, order: OrderId): string => `${at.coo}/used/${order}.json`,
  quiet: (at: Layout, order: OrderId): string => `${at.coo}/quiet/${order}.json`,
  orders: (at: Layout): string => `${at.coo}/orders`,
  order: (at: Layout, order: OrderId): string => `${at.coo}/orders/${order}.json`,
  results: (at: Layout): string => `${at.coo}/results`,
  result: (at: Layout, order: OrderId): string => `${at.coo}/results/${order}.json`,
  evidence: (at: Layout, order: OrderId): string => `${at.coo}/evidence/${order}`,
  logs: (at: Layout): string => `${at.coo}/logs`,
  log: (at: Layout, digest: string): string => `${at.coo}/logs/${digest.slice(0, 2)}/${digest.slice(2)}`,
  tokens: (at: Layout): string => `${at.coo}/tokens`,
  token: (at: Layout, order: OrderId): string => `${at.coo}/tokens/${order}`,
  origins: (at: Layout): string => `${at.coo}/origins`,
  /** Which worktree a plan's text came from. */
  origin: (at: Layout, plan: PlanId): string => `${at.coo}/origins/${plan}.json`,
  /** When was pushed, of late. */
  pushes: (at: Layout): string => `${at.coo}/pushes.json`,
  /** How far people's programs were told. */
  notices: (at: Layout): string => `${at.coo}/notices.json`,
  late: (at: Layout): string => `${at.coo}/late`,
} as const;

/** The bus and the plans as a person sees them, in one worktree. */
export const busPaths = {
  plans: (worktree: string): string => `${worktree}/_plans`,
  org: (worktree: string): string => `${worktree}/_plans/coo.yaml`,
  bus: (worktree: string): string => `${worktree}/_bus`,
  inbox: (worktree: string): string => `${worktree}/_bus/in`,
  claims: (worktree: string): string => `${worktree}/_bus/claims`,
  claim: (worktree: string, plan: string, step: string): string => `${worktree}/_bus/claims/${plan}.${step}.json`,
  orders: (worktree: string): string => `${worktree}/_bus/orders`,
  out: (worktree: string): string => `${worktree}/_bus/out`,
  rejected: (worktree: string): string => `${worktree}/_bus/rejected`,
  report: (worktree: string): string => `${worktree}/_report`,
} as const;

/** Folders that no workspace has and no change brings: the record and the bus are the coordinator's. */
export const NOT_WORK = ['_report', '_bus'] as const;

/** Where the workspaces of a ledger's attempts are. */
export function workspacesPath(at: Layout, ledger: string): string {
  return `${at.stateHome}/${ledger}`;
}

/** The worktree that a folder of `busPaths` is in; undefined for any other folder. */
export function worktreeOf(folder: string): string | undefined {
  return /^(.*)\/_(?:bus|plans|report)(?:\/|$)/.exec(folder)?.[1];
}

export function workspacePath(at: Layout, ledger: string, order: OrderId): string {
  return `${workspacesPath(at, ledger)}/${order}`;
}

/** The home folder of an attempt's agent, with its log-in. */
export function agentHomePath(at: Layout, ledger: string, order: OrderId): string {
  return `${workspacePath(at, ledger, order)}.home`;
}

/** Where an editor finds the JSON Schema of a file in `_plans`: relative to that folder where the git folder is in the worktree. */
export function schemaPath(at: Layout, worktree: string, kind: 'org' | 'plan' | 'signers'): string {
  const file = `${at.coo}/schemas/${kind}.v1.schema.json`;
  return file.startsWith(`${worktree}/`) ? `../${file.slice(worktree.length + 1)}` : file;
}
