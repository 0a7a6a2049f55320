import type { Clock } from '../../ports/clock.ts';
import type { Oid } from '../../ports/git-store.ts';
import type { GitWork } from '../../ports/git-work.ts';
import type { Processes } from '../../ports/process.ts';
import type { Random } from '../../ports/random.ts';
import { discover } from '../git-store/discover.ts';
import type { Context } from './context.ts';
import { diffStat, patchId } from './diff.ts';
import { COMMIT_CAP_BYTES, isAncestor, linksOf, treeAt } from './history.ts';
import { importCommit, importPack } from './import.ts';
import { merge } from './merge.ts';
import { openMoves } from './moves/moves.ts';
import { promote, rescue } from './promote.ts';
import { emptyFolder, isWhole, openQuarantine } from './quarantine.ts';
import { openReader } from './reader.ts';
import { openTrees } from './trees.ts';
import { changes, entries, names } from './walk.ts';
import { workspace } from './workspace.ts';
import { commit, withFiles } from './write.ts';

export interface GitWorkOptions {
  /** A folder in the repository: a worktree's, or the git folder itself. */
  readonly folder: string;
  /** The PATH that git is looked up in. */
  readonly searchPath: string;
  /** The program, a name or an absolute path; `git` when absent. */
  readonly program?: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'hex'>;
  readonly processes: Pick<Processes, 'self' | 'life' | 'killTree'>;
  /**
   * The operator's environment. Used only where a branch moves that they have checked out: there their own configuration and filters decide
   * how files look. Absent: none, and so no configuration outside the repository.
   */
  readonly operatorEnv?: Readonly<Record<string, string | undefined>>;
}

/** Opens the work side of a repository, making its quarantine when it has none yet. Throws `GitError` when the folder is in no repository. */
export async function openGitWork(options: GitWorkOptions): Promise<GitWork> {
  const { searchPath, program, clock, random, processes } = options;
  const { commonDir, gitDir, worktree, format } = discover(options.folder);
  const quarantineDir = await openQuarantine(commonDir, format, random);
  const tools = { searchPath, ...(program === undefined ? {} : { program }) };
  const quarantine = { ...tools, gitDir: quarantineDir, cwd: emptyFolder(quarantineDir) };
  const reader = openReader(quarantine, format);
  const context: Context = {
    shared: { ...tools, gitDir: commonDir },
    quarantine,
    mainWorktree: gitDir === commonDir ? worktree : null,
    operatorEnv: options.operatorEnv ?? {},
    format,
    reader,
    trees: openTrees(reader, format),
    random,
    clock,
    processes,
  };
  /** Work on a quarantine that is whole: made again if somebody took it away, and read by a git that knows only the new one. */
  const whole =
    <A extends readonly unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (!isWhole(quarantineDir)) {
        await openQuarantine(commonDir, format, random);
        await reader.close();
      }
      return work(...args);
    };
  return {
    importPack: whole((packFile, maxBytes) => importPack(context, packFile, maxBytes)),
    importCommit: whole((tip, start, maxBytes) => importCommit(context, tip, start, maxBytes)),
    isAncestor: whole((ancestor, tip) => isAncestor(context, ancestor, tip)),
    typeOf: whole(async (id) => (await reader.info(id))?.type ?? null),
    treeOf: whole(async (id) => (await linksOf(context, id)).tree),
    headOf: whole(async (id) => (await reader.contents(id, 'commit', COMMIT_CAP_BYTES)).toString('utf8')),
    parentsOf: whole(async (id) => (await linksOf(context, id)).parents),
    changes: whole(async (before, after) => changes(context, await treeOrNone(context, before), await treeOrNone(context, after))),
    names: whole(async (tree, folder) => names(context, await treeAt(context, tree), folder)),
    entries: whole(async (tree, paths) => entries(context, await treeAt(context, tree), paths)),
    blob: whole((id, cap) => reader.contents(id, 'blob', cap)),
    merge: whole((ours, theirs) => merge(context, ours, theirs)),
    withFiles: whole(async (tree, files) => withFiles(context, await treeOrNone(context, tree), files)),
    commit: whole((value) => commit(context, value)),
    diffStat: whole((before, after) => diffStat(context, before, after)),
    patchId: whole((before, after) => patchId(context, before, after)),
    promote: whole((tip, known) => promote(context, tip, known)),
    workspace: whole((spec) => workspace(context, spec)),
    rescue: whole((name, tip) => rescue(context, name, tip)),
    ...openMoves(context),
    close: () => reader.close(),
  };
}

async function treeOrNone(context: Context, id: Oid | null): Promise<Oid | null> {
  return id === null ? null : treeAt(context, id);
}
