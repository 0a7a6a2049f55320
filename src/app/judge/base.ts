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
  if (commit === null || tip === start || (await comesStraight(work, start, commit))) return start;
  let at = tip;
  for (let tips = 0; at !== null && at !== start && tips < MOST_TIPS; tips += 1) {
    if (await work.isAncestor(at, commit)) return at;
    at = (await work.parentsOf(at))[0] ?? null;
  }
  return start;
}

/** Whether nothing but single commits lies between the two, as nearly always. */
async function comesStraight(work: GitWork, start: Oid | null, commit: Oid): Promise<boolean> {
  let at: Oid | undefined = commit;
  for (let commits = 0; at !== undefined && commits < NEAR_COMMITS; commits += 1) {
    if (at === start) return true;
    const parents: readonly Oid[] = await work.parentsOf(at);
    if (parents.length > 1) return false;
    at = parents[0];
  }
  return false;
}
