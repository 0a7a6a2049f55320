import { posix } from 'node:path';
import { isGlob, matches } from '../../format/paths.ts';
import type { Finding } from '../../kernel/event.ts';
import type { GitWork, TreeEntry } from '../../ports/git-work.ts';

const LINK = '120000';
/** Bytes of a link's target: no system follows a longer one. */
const TARGET_CAP = 4_096;
/** Links that are followed from one to the next. */
const MAX_LINKS = 8;

/** What the candidate holds for each output a step promised: at least one file each, and a link counts as what it leads to. */
export async function outputsIn(work: GitWork, tree: string, outputs: readonly string[]): Promise<{ readonly found: readonly TreeEntry[]; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const found: TreeEntry[] = [];
  let all: readonly TreeEntry[] | undefined;
  for (const output of outputs) {
    const literal = output.endsWith('/') ? output.slice(0, -1) : output;
    if (isGlob(output)) all ??= await work.entries(tree);
    const entries = isGlob(output) ? (all ?? []).filter((entry) => matches(output, entry.path)) : await work.entries(tree, [literal]);
    const held: TreeEntry[] = [];
    for (const entry of entries) if (await leadsSomewhere(work, tree, entry)) held.push(entry);
    if (held.length === 0) findings.push({ code: 'OUTPUT_MISSING', message: entries.length === 0 ? 'the merge candidate does not hold this output' : 'is a link to nothing that the merge candidate holds', path: output });
    found.push(...held);
  }
  return { found, findings };
}

/** Whether an entry is no link, or one whose target is in the same tree: what lies outside of it is not merged. */
async function leadsSomewhere(work: GitWork, tree: string, entry: TreeEntry): Promise<boolean> {
  let at = entry;
  for (let links = 0; at.mode === LINK; links += 1) {
    if (links === MAX_LINKS || (at.size ?? 0) > TARGET_CAP) return false;
    const target = new TextDecoder().decode(await work.blob(at.id, TARGET_CAP));
    const path = posix.join(posix.dirname(at.path), target).replace(/\/$/, '');
    if (target === '' || target.startsWith('/') || path === '.' || path === '..' || path.startsWith('../')) return false;
    const below = await work.entries(tree, [path]);
    const next = below.find((one) => one.path === path);
    if (next === undefined) return below.length > 0;
    at = next;
  }
  return true;
}
