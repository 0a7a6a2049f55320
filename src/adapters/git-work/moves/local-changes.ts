import type { Oid } from '../../../ports/git-store.ts';
import type { PathChange } from '../../../ports/git-work.ts';
import type { Context } from '../context.ts';
import { fieldsOf } from '../fields.ts';
import { operatorGit } from './operator-git.ts';
import type { OperatorTree } from './operator-git.ts';

/** One path that the move changes, with what the index has there. */
export interface Touched {
  readonly change: PathChange;
  /** `as_after`: staged already. `as_before`: nothing staged. `other`: the operator staged something else, or it is unmerged. */
  readonly staged: 'as_before' | 'as_after' | 'other';
  /** Whether the file in the worktree differs from the index. */
  readonly edited: boolean;
}

interface Raw {
  readonly mode: string;
  /** Null = not there. */
  readonly id: Oid | null;
  readonly status: string;
}

/** How the paths that a move changes stand in an index and its worktree. Refreshes the index first, so that a touched file is not an edit. */
export async function touchedPaths(context: Context, tree: OperatorTree, before: Oid, changed: readonly PathChange[]): Promise<readonly Touched[]> {
  await operatorGit(context, tree, ['update-index', '-q', '--unmerged', '--refresh'], { okExits: [0, 1] });
  const staged = rawOf((await operatorGit(context, tree, ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', before])).stdout);
  // Submodules are left alone: git lets their worktrees be out of step with the index.
  const edited = rawOf((await operatorGit(context, tree, ['diff-files', '--raw', '-z', '--no-renames', '--ignore-submodules=all'])).stdout);
  return changed.map((change) => {
    const key = keyOf(change.path);
    return { change, staged: stagedAs(change, staged.get(key)), edited: edited.has(key) };
  });
}

function stagedAs(change: PathChange, index: Raw | undefined): Touched['staged'] {
  if (index === undefined) return 'as_before';
  if (index.status !== 'U' && index.id === change.after && index.mode === change.after_mode) return 'as_after';
  return 'other';
}

/** Parses `--raw -z` without renames: `:<mode> <mode> <id> <id> <status>`, then the path. */
function rawOf(bytes: Uint8Array): ReadonlyMap<string, Raw> {
  const fields = fieldsOf(bytes);
  const found = new Map<string, Raw>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , id = '', status = ''] = fields[at]?.toString('latin1').split(' ') ?? [];
    const path = fields[at + 1]?.toString('latin1') ?? '';
    // An unmerged path can have a second line; that it is unmerged is what counts.
    if (found.get(path)?.status !== 'U') found.set(path, { mode, id: /^0+$/.test(id) ? null : id, status: status.slice(0, 1) });
  }
  return found;
}

/** A path's bytes as latin1: other paths in the index may be no UTF-8, and must not matter. */
function keyOf(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}
