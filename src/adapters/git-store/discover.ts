import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { errno, GitError, ioError } from './errors.ts';

const GIT_FILE = 'gitdir: ';
/** Git reads a .git file up to here. */
const MAX_TEXT_BYTES = 1_048_576;

/** What a repository is, read from its files without starting git. */
export interface Repository {
  /** The git folder that all linked worktrees share. Absolute, links resolved. */
  readonly commonDir: string;
  /** The git folder of this worktree; the same as `commonDir` in the main worktree and in a bare repository. */
  readonly gitDir: string;
  /** The worktree's top folder, or null when the folder is a git folder itself (bare). */
  readonly worktree: string | null;
  readonly format: 'sha1' | 'sha256';
}

/**
 * Finds the repository that a folder belongs to: the folder or one above it has a `.git`, or is a git folder.
 * Throws GIT_NOT_A_REPOSITORY, GIT_REFTABLE, GIT_FORMAT or GIT_IO.
 */
export function discover(folder: string): Repository {
  for (let at = resolveFolder(folder); ; at = dirname(at)) {
    const dotGit = join(at, '.git');
    if (isGitDir(dotGit)) return describe(dotGit, at);
    const linked = gitFile(dotGit);
    if (linked !== null) return describe(linked, at);
    if (isGitDir(at)) return describe(at, null);
    if (dirname(at) === at) {
      throw new GitError({ code: 'GIT_NOT_A_REPOSITORY', message: `${folder} is not in a git repository`, fix: 'run `git init`, or name a folder inside a repository with -C' });
    }
  }
}

function describe(gitDir: string, worktree: string | null): Repository {
  const common = readText(join(gitDir, 'commondir'))?.trim();
  const named = common === undefined ? gitDir : resolve(gitDir, common);
  if (kind(named) !== 'folder') throw new GitError({ code: 'GIT_NOT_A_REPOSITORY', message: `${join(gitDir, 'commondir')} does not name a folder`, fix: 'run `git worktree repair` in the main worktree' });
  const commonDir = realpathSync(named);
  const settings = repositorySettings(readText(join(commonDir, 'config')) ?? '');
  const storage = settings.get('extensions.refstorage') ?? 'files';
  if (storage !== 'files') {
    throw new GitError({ code: 'GIT_REFTABLE', message: `${commonDir} keeps its refs as "${storage}", which coo does not support`, fix: 'git refs migrate --ref-format=files' });
  }
  const format = settings.get('extensions.objectformat') ?? 'sha1';
  if (format !== 'sha1' && format !== 'sha256') {
    throw new GitError({ code: 'GIT_FORMAT', message: `${commonDir} has the unknown object format "${format}"`, fix: 'upgrade coo' });
  }
  return { commonDir, gitDir: realpathSync(gitDir), worktree, format };
}

/** `core.*` and `extensions.*` of a repository's own config file. Git reads these without following includes, and so do we. */
function repositorySettings(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  for (const raw of text.split('\n')) {
    let line = raw.trim();
    const header = /^\[\s*([A-Za-z0-9.-]+)\s*(?:"[^"]*"\s*)?\]/.exec(line);
    if (header !== null) {
      section = (header[1] ?? '').toLowerCase() + (header[0].includes('"') ? '.' : '');
      line = line.slice(header[0].length).trim();
    }
    const pair = /^([A-Za-z][A-Za-z0-9-]*)\s*=\s*"?([^"#;]*)/.exec(line);
    if (pair !== null) settings.set(`${section}.${(pair[1] ?? '').toLowerCase()}`, (pair[2] ?? '').trim().toLowerCase());
  }
  return settings;
}

/** Where a `.git` file points to, or null if there is none. */
function gitFile(path: string): string | null {
  const text = readText(path);
  if (text === undefined) return null;
  const target = text.startsWith(GIT_FILE) ? text.slice(GIT_FILE.length).trimEnd() : '';
  const gitDir = target === '' ? undefined : isAbsolute(target) ? target : resolve(dirname(path), target);
  if (gitDir === undefined || !isGitDir(gitDir)) {
    throw new GitError({ code: 'GIT_NOT_A_REPOSITORY', message: `${path} does not name a git folder`, fix: 'run `git worktree repair` in the main worktree' });
  }
  return gitDir;
}

function isGitDir(path: string): boolean {
  const linkedWorktree = kind(join(path, 'commondir')) === 'file';
  return kind(join(path, 'HEAD')) === 'file' && (linkedWorktree || (kind(join(path, 'objects')) === 'folder' && kind(join(path, 'refs')) === 'folder'));
}

function resolveFolder(folder: string): string {
  const fix = 'name a folder inside a repository: coo -C <dir> ...';
  let real: string;
  try {
    real = realpathSync(folder);
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') throw new GitError({ code: 'GIT_NOT_A_REPOSITORY', message: `there is no folder ${folder}`, fix });
    throw ioError(`resolve ${folder}`, error);
  }
  if (kind(real) !== 'folder') throw new GitError({ code: 'GIT_NOT_A_REPOSITORY', message: `${folder} is no folder`, fix });
  return real;
}

/** What there is under a name. A name that cannot be one, and a pipe or device, which might never answer, count as absent. */
function kind(path: string): 'file' | 'folder' | 'absent' {
  try {
    const found = path.includes('\0') ? undefined : statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) return 'folder';
    return found?.isFile() === true ? 'file' : 'absent';
  } catch (error) {
    if (errno(error) === 'ENAMETOOLONG' || errno(error) === 'ELOOP') return 'absent';
    throw ioError(`look at ${path}`, error);
  }
}

/** The text of a small file; undefined when it is absent, no file, or under a file. */
function readText(path: string): string | undefined {
  if (kind(path) !== 'file') return undefined;
  try {
    const { size } = statSync(path);
    if (size > MAX_TEXT_BYTES) throw new GitError({ code: 'GIT_TOO_LARGE', message: `${path} has ${String(size)} bytes, over the limit of ${String(MAX_TEXT_BYTES)}` });
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = errno(error);
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined;
    throw ioError(`read ${path}`, error);
  }
}
