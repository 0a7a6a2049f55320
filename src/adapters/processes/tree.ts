import { hasEnded, type ProcessRow } from './table.ts';

/** Whose tree is looked for. */
export interface TreeQuery {
  /** Whether a process carries the marker. */
  readonly marked: (pid: number) => boolean;
  /** The process at the root, by pid and start time, alive or not. */
  readonly root?: Pick<ProcessRow, 'pid' | 'started'>;
  /** This process: it and its ancestors are never part of a tree. */
  readonly self: number;
}

/** `pid` and all above it. */
function lineOf(rows: ReadonlyMap<number, ProcessRow>, pid: number): ReadonlySet<number> {
  const line = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && at > 0 && !line.has(at); at = rows.get(at)?.parent) line.add(at);
  return line;
}

/**
 * The living processes of a tree, found four ways: by marker; as the root; as a child of one found; as a member of a session or group
 * whose leader was found. A root that has died still stands for its session and group as long as nobody else has its pid (the kernel does not
 * hand out a pid that a session or group still uses). Someone else's session that a marked process merely lives in is left alone.
 */
export function treeOf(all: readonly ProcessRow[], { marked, root, self }: TreeQuery): readonly ProcessRow[] {
  const rows = new Map(all.map((row) => [row.pid, row]));
  const spared = lineOf(rows, self);
  const seen = root === undefined ? undefined : rows.get(root.pid);
  const isRoot = (row: ProcessRow): boolean => row.pid === root?.pid && row.started === root.started;
  const rootLeads = root !== undefined && !spared.has(root.pid) && (seen === undefined || isRoot(seen));

  const found = new Map<number, ProcessRow>();
  const leads = (leader: number): boolean => leader > 0 && (found.has(leader) || (rootLeads && leader === root.pid));
  const candidates = all.filter((row) => !spared.has(row.pid) && row.pid > 1);
  for (const row of candidates) if (isRoot(row) || marked(row.pid)) found.set(row.pid, row);
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const row of candidates) if (found.has(row.parent) || leads(row.session) || leads(row.group)) found.set(row.pid, row);
  }
  return [...found.values()].filter((row) => !hasEnded(row));
}
