/** Refs of one ledger. The prefix is chosen at init, because a branch named `coo` would block `coo/...`. */
export interface RefNames {
  readonly ledger: string;
  readonly seen: string;
  plan(plan_id: string): string;
}

export const DEFAULT_PREFIX = 'coo';

export function refNames(prefix: string): RefNames {
  return { ledger: `refs/heads/${prefix}/ledger`, seen: 'refs/coo/seen', plan: (plan_id) => `refs/heads/${prefix}/${plan_id}` };
}

/** Below it are the tags of snapshots. */
export const SNAPSHOT_TAGS = 'refs/tags/coo/snapshot';

/** The tag that seals a snapshot; its name is an id. */
export function snapshotRef(name: string): string {
  return `${SNAPSHOT_TAGS}/${name}`;
}

/** Prefixes that are tried at init until one does not collide with a branch of the user's. */
export const PREFIXES = [DEFAULT_PREFIX, 'coo-agents', 'git-coo'] as const;
