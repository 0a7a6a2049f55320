import { hasEnded, type MarkedRow, type ProcessRow } from './table.ts';

/** Whose tree is looked for. */
export interface TreeQuery {
  /** The process at the root, by pid and start time, alive or not. */
  readonly root?: Pick<ProcessRow, 'pid' | 'started'> | undefined;
  /** Never part of a tree: this process and its ancestors. */
  readonly spared: ReadonlySet<number>;
}

/** `pid` and all above it. */
export function lineOf(rowOf: (pid: number) => ProcessRow | undefined, pid: number): ReadonlySet<number> {
  const line = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && at > 0 && !line.has(at); at = rowOf(at)?.parent) line.add(at);
  return line;
}

/**
 * The living processes of a tree, found four ways: by marker; as the root; as a child of one found; as a member of a session or group
 * whose leader was found. A root that has died still stands for its session and group as long as nobody else has its pid (the kernel does not
 * hand out a pid that a session or group still uses). Someone else's session that a marked process merely lives in is left alone.
 */
export function treeOf(all: readonly MarkedRow[], { root, spared }: TreeQuery): readonly ProcessRow[] {
  const candidates = all.filter((row) => !spared.has(row.pid) && row.pid > 1);
  const isRoot = (row: ProcessRow): boolean => row.pid === root?.pid && row.started === root.started;
  const reused = all.some((row) => row.pid === root?.pid && !isRoot(row));
  const rootLeads = root !== undefined && !spared.has(root.pid) && !reused;

  const found = new Map<number, ProcessRow>();
  const leads = (leader: number): boolean => leader > 0 && (found.has(leader) || (rootLeads && leader === root.pid));
  for (const row of candidates) if (row.marked || isRoot(row)) found.set(row.pid, row);
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const row of candidates) if (found.has(row.parent) || leads(row.session) || leads(row.group)) found.set(row.pid, row);
  }
  return [...found.values()].filter((row) => !hasEnded(row));
}
