import type { Oid } from '../../kernel/ids.ts';
import type { GitWork, PathChange } from '../../ports/git-work.ts';
import { isRecordPath } from '../guard/paths.ts';

const RECORD_CAP = 67_108_864;

/**
 * The files that a branch had at `then`, and beside them what coo recorded in it since: receipts are never taken away. Null where these are the files
 * that it has. `then` null = it was not born.
 */
export async function restoredTree(work: GitWork, then: Oid | null, now: Oid): Promise<(() => Promise<Oid>) | null> {
  const tree = then === null ? null : await work.treeOf(then);
  const changes = await work.changes(tree, await work.treeOf(now));
  const records = changes.filter(isKept);
  if (records.length === changes.length) return null;
  return async () => {
    const files = await Promise.all(records.map(async ({ path, after }) => ({ path, bytes: await work.blob(after ?? '', RECORD_CAP) })));
    return work.withFiles(tree, files);
  };
}

function isKept({ path, before, after }: PathChange): boolean {
  return before === null && after !== null && isRecordPath(path);
}
