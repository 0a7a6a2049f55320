/** Why git, or its files, could not be used. One code per cause. */
export type GitFaultCode =
  | 'GIT_NOT_STARTED'
  | 'GIT_FAILED'
  | 'GIT_KILLED'
  | 'GIT_TIMED_OUT'
  | 'GIT_TOO_LARGE'
  | 'GIT_REF_NAME'
  | 'GIT_REF_BROKEN'
  | 'GIT_REF_SYMBOLIC'
  | 'GIT_OBJECT_BROKEN'
  | 'GIT_PARTIAL_CLONE'
  | 'GIT_OBJECT_ID'
  | 'GIT_SWAP_SPLIT'
  | 'GIT_NOT_A_REPOSITORY'
  | 'GIT_REFTABLE'
  | 'GIT_FORMAT'
  | 'GIT_IO';

/** The machine-readable half of a `GitError`. */
export interface GitFault {
  readonly code: GitFaultCode;
  readonly message: string;
  /** What to do or type, when there is something. */
  readonly fix?: string;
  /** The git command, without its standard input and with values of `-c` and URLs left out. */
  readonly argv?: readonly string[];
  readonly exit?: number;
  readonly signal?: string;
  /** The first lines of standard error. */
  readonly stderr?: string;
  readonly cause?: unknown;
}

/** Every error that the git adapters throw on purpose. `fault.code` says which cause it is. */
export class GitError extends Error {
  readonly fault: GitFault;
  /** The same as `fault.code`. */
  readonly code: GitFaultCode;

  constructor(fault: GitFault) {
    const detail = fault.stderr === undefined || fault.stderr === '' ? '' : `\n${fault.stderr}`;
    const fix = fault.fix === undefined ? '' : `\nfix: ${fault.fix}`;
    super(`${fault.code}: ${fault.message}${detail}${fix}`, { cause: fault.cause });
    this.name = 'GitError';
    this.fault = fault;
    this.code = fault.code;
  }
}

/** There is no git: said in words, since everybody who meets this knows "ENOENT" from somewhere else. */
export function gitMissing(detail: Pick<GitFault, 'argv'> = {}): GitError {
  return new GitError({ ...detail, code: 'GIT_NOT_STARTED', message: 'git was not found on PATH', fix: 'install git 2.39 or newer (https://git-scm.com/downloads) and put it on PATH' });
}

/** The system's code of a failed call (`ENOENT`, `EEXIST`, ...), or undefined if the value is no such error. */
export function errno(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a failed system call into a `GitError`, keeping one that is a `GitError` already. */
export function ioError(what: string, error: unknown): GitError {
  if (error instanceof GitError) return error;
  return new GitError({ code: 'GIT_IO', message: `${what}: ${errno(error) ?? String(error)}`, cause: error });
}
