import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { PathChange } from '../../../ports/git-work.ts';
import { errno } from '../../git-store/errors.ts';
import type { Context } from '../context.ts';
import { hashed } from '../oid.ts';
import { operatorGit } from './operator-git.ts';
import type { OperatorTree } from './operator-git.ts';

/** What stands at a path of a worktree; undefined when nothing does, or when one of its folders is a link or a file (git judges that). */
export function standingAt(folder: string, path: string): Stats | undefined {
  const parts = path.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    if (lstatOf(join(folder, ...parts.slice(0, depth)))?.isDirectory() !== true) return undefined;
  }
  return lstatOf(join(folder, path));
}

/** Those of the changes whose file already is what the move would make of it, judged as `git add` would: through the operator's filters. */
export async function alreadyAfter(context: Context, tree: OperatorTree, changes: readonly PathChange[]): Promise<ReadonlySet<PathChange>> {
  const same = new Set<PathChange>();
  const files: PathChange[] = [];
  for (const change of changes) {
    const stands = standingAt(tree.folder, change.path);
    if (change.after === null) {
      if (stands === undefined) same.add(change);
    } else if (stands?.isSymbolicLink() === true && change.after_mode === '120000') {
      const target = readlinkSync(join(tree.folder, change.path), { encoding: 'buffer' });
      if (hashed(context.format, 'blob', target).id === change.after) same.add(change);
    } else if (stands?.isFile() === true && change.after_mode.startsWith('100')) files.push(change);
  }
  if (files.length === 0) return same;
  const modesCount = await tellsModes(context, tree);
  const ids = await idsOf(context, tree, files.map(({ path }) => path));
  for (const [at, change] of files.entries()) {
    const executable = ((standingAt(tree.folder, change.path)?.mode ?? 0) & 0o100) !== 0;
    const rightMode = !modesCount || executable === (change.after_mode === '100755');
    if (rightMode && ids[at] === change.after) same.add(change);
  }
  return same;
}

/** Whether a file is the beginning of what the move writes there: a checkout that was killed leaves such a file. */
export async function isBeginningOfAfter(context: Context, tree: OperatorTree, change: PathChange): Promise<boolean> {
  if (change.after === null || !change.after_mode.startsWith('100') || standingAt(tree.folder, change.path)?.isFile() !== true) return false;
  const held = readFileSync(join(tree.folder, change.path));
  const { stdout } = await operatorGit(context, tree, ['cat-file', '--filters', `--path=${change.path}`, change.after]);
  return held.length <= stdout.length && Buffer.compare(held, Buffer.from(stdout.buffer, stdout.byteOffset, held.length)) === 0;
}

async function tellsModes(context: Context, tree: OperatorTree): Promise<boolean> {
  const { stdout } = await operatorGit(context, tree, ['config', '--type=bool', '--get', 'core.fileMode'], { okExits: [0, 1] });
  return new TextDecoder().decode(stdout).trim() !== 'false';
}

async function idsOf(context: Context, tree: OperatorTree, paths: readonly string[]): Promise<readonly string[]> {
  const quoted = paths.map((path) => `"${path.replaceAll(/["\\]/g, (char) => `\\${char}`).replaceAll('\n', String.raw`\n`)}"\n`);
  const { stdout } = await operatorGit(context, tree, ['hash-object', '--stdin-paths'], { stdin: quoted.join('') });
  return new TextDecoder().decode(stdout).split('\n');
}

function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errno(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
