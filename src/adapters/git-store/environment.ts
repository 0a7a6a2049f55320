/** Where git runs and which git it is. */
export interface GitRepo {
  /** The repository: a `.git` folder, a bare repository, or the common folder of linked worktrees. Absolute. */
  readonly gitDir: string;
  /** The value of PATH for the child: git is looked up there, and nothing else of our environment is passed on. */
  readonly searchPath: string;
  /** The program, a name or an absolute path; `git` when absent. */
  readonly program?: string;
  /** The child's working folder; `gitDir` when absent. Never a folder a worker can write: git reads attributes from it. */
  readonly cwd?: string;
  /** Git's own variables for every child here: where the objects of a push are while a hook looks at them, or which index a commit is made from. */
  readonly variables?: Readonly<Record<string, string>>;
}

/**
 * Settings that win over the repository's own configuration, which is not trusted: whatever there could run a program,
 * reach a network, wait without end or weaken durability is pinned here.
 */
const PINNED: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.alternateRefsCommand=true',
  'core.askPass=true',
  'core.sshCommand=false',
  'core.pager=cat',
  'core.editor=false',
  'core.untrackedCache=false',
  'core.fsync=all',
  'core.fsyncMethod=fsync',
  'core.createObject=rename',
  'core.logAllRefUpdates=false',
  'core.filesRefLockTimeout=100',
  'core.packedRefsTimeout=100',
  'core.warnAmbiguousRefs=false',
  'commit.gpgSign=false',
  'tag.gpgSign=false',
  'gpg.program=false',
  'credential.helper=',
  'init.templateDir=',
  'protocol.allow=never',
  'gc.auto=0',
  'gc.autoDetach=false',
  'maintenance.auto=false',
  'repack.writeBitmaps=false',
  'advice.objectNameWarning=false',
];

/** The options before git's command: the pinned settings. */
export const PINNED_OPTIONS: readonly string[] = ['--no-pager', '--literal-pathspecs', ...PINNED.flatMap((setting) => ['-c', setting])];

/** The whole environment of a git child. `extra` wins, then the repository's `variables`; nothing is inherited from us, so a leaked GIT_INDEX_FILE or GIT_CONFIG_PARAMETERS has no effect. */
export function gitEnvironment(repo: GitRepo, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: repo.searchPath,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_DIR: repo.gitDir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    // Grafts would change history as git sees it, without changing one object.
    GIT_GRAFT_FILE: '/dev/null',
    // A promisor remote in the configuration would fetch (and so run programs) when an object is missing.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_FLUSH: '1',
    GIT_AUTHOR_NAME: 'coo',
    GIT_AUTHOR_EMAIL: 'coo@localhost',
    GIT_COMMITTER_NAME: 'coo',
    GIT_COMMITTER_EMAIL: 'coo@localhost',
    ...repo.variables,
    ...extra,
  };
}
