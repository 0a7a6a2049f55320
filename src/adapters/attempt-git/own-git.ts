import { closeSync, constants, fstatSync, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GitStore } from '../../ports/git-store.ts';
import { errno } from '../git-store/errors.ts';
import { NO_FILTERS, gitConfig } from '../git-work/quarantine.ts';
import { AttemptGitError } from './run.ts';
import type { Env } from './run.ts';

/** A git folder of ours for one attempt's workspace. */
export interface OwnGit {
  readonly folder: string;
  /** Says to git that it is this one. */
  readonly env: Env;
  /** What the attempt's git was told not to look at; undefined where that is what the workspace was made with. */
  readonly excludes: string | undefined;
  /** Whether the attempt left a file as its index: it is ours now. */
  readonly hasIndex: boolean;
}

/** Bytes of a HEAD. */
const HEAD_CAP = 4_096;
/** Bytes of the rules: as the workspace was made they are a line for each folder. */
const RULES_CAP = 1_048_576;

/**
 * A git folder made for the time of `use`, when the attempt is over, in the workspace's `.git`: objects and refs are the attempt's, and HEAD, index and
 * what is not to be looked at are taken over as data; configuration, attributes, hooks and everything else are ours. Filters are off, as they were
 * when the workspace was made. Throws AttemptGitError that says what the attempt did where its `.git` is none any more.
 */
export async function withOwnGit<T>(at: { readonly folder: string; readonly format: GitStore['format']; readonly skipped: readonly string[] }, use: (own: OwnGit) => Promise<T>): Promise<T> {
  const git = join(at.folder, '.git');
  for (const name of ['.git', '.git/objects', '.git/refs']) expectKind(name, kindOf(join(at.folder, name)), 'folder');
  expectKind('.git/HEAD', kindOf(join(git, 'HEAD')), 'file');
  const head = textOf(join(git, 'HEAD'), HEAD_CAP) ?? '';
  if (!/^(?:ref: *refs\/\S+|[0-9a-f]{40}|[0-9a-f]{64})\s*$/.test(head)) throw new AttemptGitError("the workspace's .git/HEAD names neither a branch nor a commit");
  const rules = textOf(join(git, 'info', 'exclude'), RULES_CAP);
  const usual = at.skipped.map((name) => `/${name}\n`).join('');
  const excludes = rules === undefined || rules === usual ? undefined : `${usual}${rules}`;
  const folder = mkdtempSync(join(git, 'seal-'));
  try {
    const hasIndex = makeIn(folder, git, { HEAD: head, config: gitConfig(at.format, false), 'info/attributes': NO_FILTERS, 'info/exclude': excludes ?? usual });
    return await use({ folder, env: { GIT_DIR: `.git/${basename(folder)}`, GIT_WORK_TREE: '.' }, excludes, hasIndex });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A dozen calls, in place: each turn through the thread pool costs more than the call. Whether there was an index to take over. */
function makeIn(folder: string, git: string, files: Readonly<Record<string, string>>): boolean {
  mkdirSync(join(folder, 'info'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, 'latin1');
  for (const name of ['objects', 'refs']) symlinkSync(`../${name}`, join(folder, name));
  if (kindOf(join(git, 'packed-refs')) === 'file') symlinkSync('../packed-refs', join(folder, 'packed-refs'));
  if (kindOf(join(git, 'index')) !== 'file') return false;
  // The same file, not a copy: with a new time stamp git would take edits of the same moment for none. Git replaces it, and never writes into it.
  linkSync(join(git, 'index'), join(folder, 'index'));
  return true;
}

type Kind = 'folder' | 'file' | 'link' | 'special file';

function expectKind(name: string, kind: Kind | undefined, wanted: Kind): void {
  if (kind === wanted) return;
  throw new AttemptGitError(kind === undefined ? `the attempt removed the workspace's ${name}` : `the workspace's ${name} is a ${kind}, where a ${wanted} was`);
}

/** What stands at a path, links not followed; undefined for nothing. */
function kindOf(path: string): Kind | undefined {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined) return undefined;
  if (info.isDirectory()) return 'folder';
  if (info.isSymbolicLink()) return 'link';
  return info.isFile() ? 'file' : 'special file';
}

/** The attempt's to write: a FIFO would hold whoever reads it, a link lead out of the workspace. Undefined where it is no file of a size for it. */
function textOf(path: string, cap: number): string | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const info = fstatSync(file);
      return info.isFile() && info.size <= cap ? readFileSync(file, 'latin1') : undefined;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errno(error) === undefined) throw error;
    return undefined;
  }
}
