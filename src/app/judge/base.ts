import type { Oid } from '../../kernel/ids.ts';
import type { GitWork } from '../../ports/git-work.ts';

/** Commits of an attempt that are looked at for a merge, one by one. */
const NEAR_COMMITS = 64;
/** Acceptances that are gone back over. */
const MOST_TIPS = 2_000;

/**
 * The commit that a change is held against: the newest one of the plan's branch that it contains. That is its start, unless whoever did it brought in
 * what others did meanwhile: their work is no part of the change, and so neither outside of its scope nor its doing.
 */
export async function baseOf(work: GitWork, { start, tip, commit }: { readonly start: Oid | null; readonly tip: Oid | null; readonly commit: Oid | null }): Promise<Oid | null> {
  if (commit === null || tip === start) return start;
  const own = await straightTo(work, start, commit);
  let at = tip;
  for (let tips = 0; at !== null && at !== start && tips < MOST_TIPS; tips += 1) {
    if (own === undefined ? await work.isAncestor(at, commit) : own.has(at)) return at;
    at = (await work.parentsOf(at))[0] ?? null;
  }
  return start;
}

/** The commits from one back to its start, where nothing but single ones lies between the two, as nearly always; among them may be coo's own, of steps that changed nothing. */
async function straightTo(work: GitWork, start: Oid | null, commit: Oid): Promise<ReadonlySet<Oid> | undefined> {
  const met = new Set<Oid>();
  let at: Oid | undefined = commit;
  for (let commits = 0; at !== undefined && commits < NEAR_COMMITS; commits += 1) {
    if (at === start) return met;
    met.add(at);
    const parents: readonly Oid[] = await work.parentsOf(at);
    if (parents.length > 1) return undefined;
    at = parents[0];
  }
  return undefined;
}
