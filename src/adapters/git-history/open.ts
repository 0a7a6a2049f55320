import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { readCommit } from '../../format/commit-header.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { History, HistoryCommit, KnownCommits, TreeFile, TreePair } from '../../ports/history.ts';
import { CatFile } from '../git-store/cat-file.ts';
import { discover } from '../git-store/discover.ts';
import type { GitRepo } from '../git-store/environment.ts';
import { GitError } from '../git-store/errors.ts';
import { readLoose } from '../git-store/inflate.ts';
import { readMany } from '../git-store/read-many.ts';
import { git } from '../git-store/spawn.ts';
import { PLAIN } from '../git-work/diff-form.ts';
import { fieldsOf } from '../git-work/fields.ts';
import { emptyTree, fullId, idBytes, isFullId } from '../git-work/oid.ts';
import { rawPairs, rawRecords } from './raw-diff.ts';

export interface HistoryOptions {
  /** A folder in the repository: a worktree's, or the git folder itself. */
  readonly folder: string;
  /** The PATH that git is looked up in. */
  readonly searchPath: string;
  /** Git's variables of the moment, of which a few are kept: see `KEPT`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A commit larger than this is no message but an attack. */
const COMMIT_CAP = 4_194_304;
/** A listing of so many bytes is one of a million files. */
const LIST_BYTES = 268_435_456;
/** Blobs up to this many are read one by one. */
const FEW = 32;
const TIMEOUT_MS = 600_000;
/** Where the objects of a push are while `pre-receive` runs. */
const QUARANTINE = ['GIT_QUARANTINE_PATH', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES'] as const;
const REACHABLE: Readonly<Record<KnownCommits['reachable'], readonly string[]>> = { from_refs: ['--not', '--all'], from_remotes: ['--not', '--remotes'], from_none: [] };
const MERGE = ['-c', 'core.fsync=none', 'merge-tree', '--write-tree', '--no-messages', '--allow-unrelated-histories'];

/** Opens the history of a repository. Starts no process by itself. Throws what `discover` throws. */
export function openHistory({ folder, searchPath, env }: HistoryOptions): History {
  const { commonDir, gitDir, format } = discover(folder);
  const kept = Object.fromEntries(QUARANTINE.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const repo: GitRepo = { gitDir: commonDir, searchPath, variables: kept };
  const width = idBytes(format) * 2;
  const nothing = emptyTree(format);
  const isPushed = 'GIT_OBJECT_DIRECTORY' in kept;
  const catFile = new CatFile(repo, format);
  let aside: string | undefined;

  /** What a list of object names stands for, a line each: `<id> <type> <size>`, or that it is missing. */
  async function lookedUp(names: readonly string[]): Promise<readonly string[]> {
    const { stdout } = await git(repo, ['cat-file', '--batch-check'], { stdin: names.map((name) => `${name}\n`).join(''), maxOutputBytes: LIST_BYTES, timeoutMs: TIMEOUT_MS });
    return new TextDecoder().decode(stdout).split('\n');
  }

  /** Pairs of trees: given a commit, `diff-tree --stdin` would take what follows for its parents. */
  async function treePairs(pairs: readonly TreePair[]): Promise<readonly (readonly [Oid, Oid])[]> {
    const ids = [...new Set(pairs.flatMap(({ before, after }) => (before === null ? [after] : [before, after])))];
    const lines = await lookedUp(ids.map((id) => `${fullId(format, id)}^{tree}`));
    const trees = new Map<Oid, Oid>();
    for (const [at, id] of ids.entries()) {
      const [tree = '', type] = (lines[at] ?? '').split(' ');
      if (type !== 'tree') throw new GitError({ code: 'GIT_OBJECT_BROKEN', message: `${id} is not in this repository, or has no tree`, fix: 'git fetch --unshallow; git fsck --full' });
      trees.set(id, tree);
    }
    return pairs.map(({ before, after }) => [before === null ? nothing : (trees.get(before) ?? nothing), trees.get(after) ?? nothing]);
  }

  /** Of these commits, those that are here. */
  async function present(ids: readonly Oid[]): Promise<readonly Oid[]> {
    if (ids.length === 0) return [];
    const lines = await lookedUp(ids.map((id) => fullId(format, id)));
    return ids.filter((_, at) => / (?:commit|tag) /.test(lines[at] ?? ''));
  }

  /** One blob: from its own file where it has one, as what was just staged does, else through a git that is kept open. */
  async function single(id: Oid, cap: number): Promise<Uint8Array | null> {
    try {
      const object = (await readLoose(join(commonDir, 'objects'), format, id, cap)) ?? (await catFile.read(id, cap));
      return object?.type === 'blob' ? object.bytes : null;
    } catch (error) {
      if (error instanceof GitError && error.code === 'GIT_TOO_LARGE') return null;
      throw error;
    }
  }

  async function commits(ids: readonly Oid[]): Promise<readonly HistoryCommit[]> {
    const found: HistoryCommit[] = [];
    if (ids.length === 0) return found;
    const { taken, error } = await readMany(repo, ids, COMMIT_CAP, (object, at) => {
      const id = ids[at] ?? '';
      const commit = object?.type === 'commit' ? readCommit(object.bytes) : null;
      if (commit === null) throw new GitError({ code: 'GIT_OBJECT_BROKEN', message: `${id} is no commit that can be read`, fix: 'git fsck --full' });
      found.push({ id, ...commit });
    });
    if (error !== null && taken < ids.length) throw error;
    return found;
  }

  return {
    format,
    isWhole: !existsSync(join(commonDir, 'shallow')),
    present: async (ids) => new Set(await present(ids)),
    async commit(rev) {
      const { stdout, exit } = await git(repo, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`], { okExits: [0, 1, 128] });
      const id = new TextDecoder().decode(stdout).trim();
      return exit === 0 && isFullId(format, id) ? id : null;
    },
    async range(tips, known) {
      if (tips.length === 0) return [];
      const lines = [...tips.map((id) => fullId(format, id)), ...(await present(known.commits)).map((id) => `^${id}`)];
      
      const { stdout } = await git(repo, ['rev-list', '--topo-order', '--reverse', '--stdin', ...REACHABLE[known.reachable]], { stdin: lines.map((line) => `${line}\n`).join(''), timeoutMs: TIMEOUT_MS, maxOutputBytes: LIST_BYTES });
      return commits(new TextDecoder().decode(stdout).split('\n').filter((line) => line !== ''));
    },
    async differences(pairs) {
      if (pairs.length === 0) return [];
      const stdin = (await treePairs(pairs)).map(([before, after]) => `${before} ${after}\n`).join('');
      const { stdout } = await git(repo, ['diff-tree', '--stdin', '-z', '--raw', '--full-index', ...PLAIN], { stdin, timeoutMs: TIMEOUT_MS, maxOutputBytes: LIST_BYTES });
      return rawPairs(Buffer.from(stdout.buffer, stdout.byteOffset, stdout.length), pairs.length);
    },
    async patchIds(pairs, skip) {
      if (pairs.length === 0) return [];
      const { patchIds } = await import('./patch-ids.ts');
      return patchIds(repo, await treePairs(pairs), width, skip);
    },
    async merged(ours, theirs) {
      aside ??= mkdtempSync(join(tmpdir(), 'coo-merge-'));
      const objects = kept['GIT_OBJECT_DIRECTORY'] ?? join(commonDir, 'objects');
      const more = kept['GIT_ALTERNATE_OBJECT_DIRECTORIES'];
      const env = { GIT_OBJECT_DIRECTORY: aside, GIT_ALTERNATE_OBJECT_DIRECTORIES: [quotedPath(objects), ...(more === undefined ? [] : [more])].join(delimiter) };
      const { stdout, exit } = await git(repo, [...MERGE, fullId(format, ours), fullId(format, theirs)], { env, okExits: [0, 1] });
      const [tree = ''] = new TextDecoder().decode(stdout).split('\n');
      return exit === 0 && isFullId(format, tree) ? tree : null;
    },
    async staged() {
      const index = env['GIT_INDEX_FILE'];
      const here: GitRepo = { ...repo, gitDir, variables: { ...kept, ...(index === undefined ? {} : { GIT_INDEX_FILE: resolve(folder, index) }) } };
      const args = ['diff-index', '--cached', '-z', '--raw', '--full-index', ...PLAIN];
      const born = await git(here, [...args, 'HEAD'], { okExits: [0, 128, 129], maxOutputBytes: LIST_BYTES });
      // A HEAD that is not born yet is no tree to it: everything staged is new.
      const { stdout } = born.exit === 0 ? born : await git(here, [...args, nothing], { maxOutputBytes: LIST_BYTES });
      return rawRecords(Buffer.from(stdout.buffer, stdout.byteOffset, stdout.length)).changes;
    },
    async tracked(folders) {
      const { stdout } = await git({ ...repo, gitDir }, ['ls-files', '--cached', '-z', '--', ...folders], { maxOutputBytes: LIST_BYTES });
      return new Set(fieldsOf(stdout).map((path) => path.toString('utf8')));
    },
    async files(tree, paths) {
      if (paths.length === 0) return [];
      const { stdout } = await git(repo, ['ls-tree', '-r', '-z', '--full-tree', fullId(format, tree), '--', ...paths], { maxOutputBytes: LIST_BYTES, timeoutMs: TIMEOUT_MS });
      return fieldsOf(stdout).map(fileOf);
    },
    async blobs(ids, cap, take) {
      if (ids.length <= FEW && !isPushed) {
        for (const [at, id] of ids.entries()) take(await single(fullId(format, id), cap), at);
        return;
      }
      const sizes = (await lookedUp(ids.map((id) => fullId(format, id)))).map((line) => / blob ([0-9]+)$/.exec(line)?.[1]);
      const within = ids.flatMap((id, at) => (sizes[at] === undefined || Number(sizes[at]) > cap ? [] : [{ id, at }]));
      if (within.length === 0) {
        for (const at of ids.keys()) take(null, at);
        return;
      }
      let next = 0;
      const absentUpTo = (end: number): void => {
        for (; next < end; next += 1) take(null, next);
      };
      const { taken, error } = await readMany(repo, within.map(({ id }) => id), cap, (object, at) => {
        const place = within[at]?.at ?? 0;
        absentUpTo(place);
        take(object?.bytes ?? null, place);
        next = place + 1;
      });
      if (error !== null && taken < within.length) throw error;
      absentUpTo(ids.length);
    },
    async isAncestor(ancestor, tip) {
      const { exit } = await git(repo, ['merge-base', '--is-ancestor', fullId(format, ancestor), fullId(format, tip)], { okExits: [0, 1, 128] });
      return exit === 0;
    },
    async close() {
      await catFile.close();
      if (aside !== undefined) rmSync(aside, { recursive: true, force: true });
      aside = undefined;
    },
  };
}

/** `<mode> <type> <id>` TAB `<path>`. */
function fileOf(line: Buffer): TreeFile {
  const tab = line.indexOf('\t');
  const [mode = '', , id = ''] = line.toString('latin1', 0, tab).split(' ');
  return { mode, id, path: line.toString('utf8', tab + 1) };
}

/** A folder in a list that is parted by colons, quoted as git reads it. */
function quotedPath(path: string): string {
  return path.includes(delimiter) || path.startsWith('"') ? JSON.stringify(path) : path;
}
