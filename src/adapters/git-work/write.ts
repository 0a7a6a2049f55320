import type { Oid } from '../../ports/git-store.ts';
import type { GitWork } from '../../ports/git-work.ts';
import type { Context } from './context.ts';
import { GitWorkError } from './errors.ts';
import { writeQuarantined } from './loose.ts';
import type { QuarantineObjects } from './loose.ts';
import { fullId } from './oid.ts';
import { FOLDER, pathParts, renderTree } from './tree.ts';
import type { TreeLine } from './tree.ts';
import { linesOf } from './walk.ts';

const FILE = '100644';
const AUTHOR = 'coo <coo@localhost>';

/** What changes in one folder: files by name, folders with changes of their own. Keys are names as latin1, which keeps every byte. */
interface Edit {
  readonly files: Map<string, Oid>;
  readonly folders: Map<string, Edit>;
}

/** A tree like `tree`, with files put in. Throws WORK_PATH_BLOCKED where a file stands in a folder's place or the other way round. */
export async function withFiles(context: Context, tree: Oid | null, files: Parameters<GitWork['withFiles']>[1]): Promise<Oid> {
  const target = quarantineTarget(context);
  const root = emptyEdit();
  await Promise.all(
    files.map(async ({ path, bytes }) => {
      const place = placeOf(root, path);
      place.edit.files.set(place.name, await writeQuarantined(target, 'blob', bytes));
    }),
  );
  return apply(context, target, tree, root);
}

/** Writes a commit by coo into the quarantine. A message gets the newline that git's own end with. */
export async function commit(context: Context, value: Parameters<GitWork['commit']>[0]): Promise<Oid> {
  const { tree, parents, message, at_ms } = value;
  if (message.includes('\0') || !message.isWellFormed()) throw new GitWorkError('WORK_NAME_REFUSED', 'a commit message must be text without NUL');
  const who = `${AUTHOR} ${String(Math.floor(at_ms / 1000))} +0000`;
  const lines = [
    `tree ${fullId(context.format, tree)}`,
    ...parents.map((parent) => `parent ${fullId(context.format, parent)}`),
    `author ${who}`,
    `committer ${who}`,
    '',
    message.endsWith('\n') ? message : `${message}\n`,
  ];
  return writeQuarantined(quarantineTarget(context), 'commit', Buffer.from(lines.join('\n'), 'utf8'));
}

function quarantineTarget(context: Context): QuarantineObjects {
  return { objects: `${context.quarantine.gitDir}/objects`, format: context.format, random: context.random };
}

function emptyEdit(): Edit {
  return { files: new Map(), folders: new Map() };
}

function placeOf(root: Edit, path: string): { readonly edit: Edit; readonly name: string } {
  let edit = root;
  const names = pathParts(path).map((part) => part.toString('latin1'));
  const name = names.pop() ?? '';
  for (const folder of names) {
    const below = edit.folders.get(folder) ?? emptyEdit();
    edit.folders.set(folder, below);
    edit = below;
  }
  return { edit, name };
}

async function apply(context: Context, target: QuarantineObjects, tree: Oid | null, edit: Edit): Promise<Oid> {
  const lines = new Map((await linesOf(context, tree)).map((line) => [line.name.toString('latin1'), line]));
  for (const [name, id] of edit.files) {
    if (lines.get(name)?.mode === FOLDER || edit.folders.has(name)) throw blocked(name, 'a folder');
    lines.set(name, lineOf(name, FILE, id));
  }
  await Promise.all(
    Array.from(edit.folders, async ([name, below]) => {
      const old = lines.get(name);
      if (old !== undefined && old.mode !== FOLDER) throw blocked(name, 'a file');
      lines.set(name, lineOf(name, FOLDER, await apply(context, target, old?.id ?? null, below)));
    }),
  );
  return writeQuarantined(target, 'tree', renderTree([...lines.values()]));
}

function lineOf(name: string, mode: string, id: Oid): TreeLine {
  return { mode, name: Buffer.from(name, 'latin1'), id };
}

function blocked(name: string, what: string): GitWorkError {
  return new GitWorkError('WORK_PATH_BLOCKED', `${what} stands at ${JSON.stringify(Buffer.from(name, 'latin1').toString('utf8'))}`);
}
