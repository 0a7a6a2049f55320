import { isGlob, matches } from '../../format/paths.ts';
import type { Finding } from '../../kernel/event.ts';
import type { GitWork, TreeEntry } from '../../ports/git-work.ts';

/** What the candidate holds for each output a step promised: at least one file each. */
export async function outputsIn(work: GitWork, tree: string, outputs: readonly string[]): Promise<{ readonly found: readonly TreeEntry[]; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const found: TreeEntry[] = [];
  let all: readonly TreeEntry[] | undefined;
  for (const output of outputs) {
    const literal = output.endsWith('/') ? output.slice(0, -1) : output;
    if (isGlob(output)) all ??= await work.entries(tree);
    const entries = isGlob(output) ? (all ?? []).filter((entry) => matches(output, entry.path)) : await work.entries(tree, [literal]);
    if (entries.length === 0) findings.push({ code: 'OUTPUT_MISSING', message: 'the merge candidate does not hold this output', path: output });
    found.push(...entries);
  }
  return { found, findings };
}
