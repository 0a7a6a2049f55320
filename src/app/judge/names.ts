import { foldPath, hasControl } from '../../format/paths.ts';
import type { Finding } from '../../kernel/event.ts';
import type { GitWork, PathChange } from '../../ports/git-work.ts';
import type { Oid } from '../../ports/git-store.ts';
import { addedBeside } from '../history/append-only.ts';
import { fewPaths } from './scope.ts';

/**
 * What a candidate's new names are, beside those that the branch has: with control characters they show as what they are not, and two that fold
 * alike cannot both be checked out where case or Unicode form does not count. Only folders with something added are read; what stood there stays.
 */
export async function nameFindings(work: Pick<GitWork, 'names'>, { tree, before }: { readonly tree: Oid | null; readonly before: Oid | null }, changes: readonly PathChange[]): Promise<readonly Finding[]> {
  const added = changes.filter((change) => change.before === null).map(({ path }) => path);
  const findings: Finding[] = added.filter(hasControl).map((path) => ({ code: 'PATH_UNSAFE', message: 'has a control character in its name', path }));
  for (const folder of foldersOf(added)) {
    const known = new Set(before === null ? [] : await work.names(before, folder));
    const there = tree === null ? [] : await work.names(tree, folder);
    const taken = new Map(there.filter((name) => known.has(name)).map((name) => [foldPath(name), name]));
    for (const name of there.filter((one) => !known.has(one))) {
      const other = taken.get(foldPath(name));
      if (other !== undefined) findings.push({ code: 'PATH_COLLIDES', message: addedBeside(other), path: `${folder}${name}` });
      taken.set(foldPath(name), name);
    }
  }
  return fewPaths(findings);
}

/** Every folder above the paths, each once, with its slash; the top is empty. */
function foldersOf(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let cut = path.length; cut > 0; ) {
      cut = path.lastIndexOf('/', cut - 1);
      const folder = path.slice(0, cut + 1);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}
