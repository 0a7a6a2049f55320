import type { Oid } from '../../ports/git-store.ts';
import { git, gitFailure } from '../git-store/spawn.ts';
import type { Context } from './context.ts';
import { PATCH, PLAIN } from './diff-form.ts';
import { treeAt } from './history.ts';
import { fieldsOf } from './fields.ts';
import { emptyTree } from './oid.ts';
import { gitPipe } from './stream.ts';

/** Lines added and removed, and files touched; a binary file counts as a file only. */
export async function diffStat(context: Context, before: Oid | null, after: Oid): Promise<{ readonly files: number; readonly added: number; readonly removed: number }> {
  const args = ['diff-tree', ...PLAIN, '--numstat', '-z', ...(await trees(context, before, after))];
  const { stdout } = await git(context.quarantine, args);
  let added = 0;
  let removed = 0;
  const rows = fieldsOf(stdout);
  for (const row of rows) {
    const [plus, minus] = row.toString('latin1').split('\t', 2);
    // A binary file's numbers are `-`.
    added += Number.parseInt(plus ?? '', 10) || 0;
    removed += Number.parseInt(minus ?? '', 10) || 0;
  }
  return { files: rows.length, added, removed };
}

/** `git patch-id --verbatim` of the change, or null when there is none. Full ids in the patch make binary files count by content. */
export async function patchId(context: Context, before: Oid | null, after: Oid): Promise<string | null> {
  const args = ['diff-tree', ...PLAIN, ...PATCH, ...(await trees(context, before, after))];
  const last = { repo: context.quarantine, args: ['patch-id', '--verbatim'] };
  const piped = await gitPipe({ repo: context.quarantine, args, stdin: '' }, last);
  if (piped.kind === 'first_failed') throw piped.error;
  const { end, stdout, stderr } = piped.last;
  if (end.exit !== 0) throw gitFailure(last.repo, last.args, end, stderr);
  const [id] = new TextDecoder().decode(stdout).split(' ', 1);
  return id === undefined || id === '' ? null : id;
}

async function trees(context: Context, before: Oid | null, after: Oid): Promise<readonly [Oid, Oid]> {
  const from = before === null ? emptyTree(context.format) : await treeAt(context, before);
  return [from, await treeAt(context, after)];
}
