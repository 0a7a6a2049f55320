import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { FoundLock } from '../../ports/machine.ts';
import { errno } from '../git-store/errors.ts';
import { lockHolder } from '../git-work/moves/lock-holder.ts';

/** What a transaction over refs locks beside them. */
const SHARED: ReadonlySet<string> = new Set(['HEAD', 'packed-refs']);

/** Lock files that git leaves when it is killed: of the index, HEAD, the packed refs, the configuration, and of each ref. */
export function gitLocks(common: string, worktrees: readonly string[]): readonly FoundLock[] {
  const linked = join(common, 'worktrees');
  const tops = [common, ...names(linked).map((name) => join(linked, name))];
  const paths = [...tops.flatMap((top) => names(top).filter(isLock).map((name) => join(top, name))), ...below(join(common, 'refs'))];
  return paths.flatMap((path) => {
    const since = statSync(path, { throwIfNoEntry: false });
    if (since === undefined) return [];
    const holder = worktrees.map((worktree) => lockHolder(path, worktree, common)).find((found) => found !== undefined);
    return [{ path, ref: refOf(common, path), since_ms: since.mtimeMs, holder }];
  });
}

function isLock(name: string): boolean {
  return name.endsWith('.lock');
}

function refOf(common: string, path: string): string | null {
  const name = relative(common, path).slice(0, -'.lock'.length);
  return name.startsWith('refs/') || SHARED.has(name) ? name : null;
}

function below(folder: string): readonly string[] {
  return names(folder).flatMap((name) => (isLock(name) ? [join(folder, name)] : below(join(folder, name))));
}

/** Names in a folder; none for a file, or for a folder that git took away meanwhile. */
function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
