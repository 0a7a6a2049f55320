/** Why work on a worker's objects was refused. One code per cause; what git itself said is a `GitError` of the store. */
export type GitWorkCode =
  | 'WORK_PATH_NOT_UTF8'
  | 'WORK_PATH_REFUSED'
  | 'WORK_PATH_BLOCKED'
  | 'WORK_TOO_MANY_ENTRIES'
  | 'WORK_TOO_DEEP'
  | 'WORK_OBJECT_ABSENT'
  | 'WORK_OBJECT_WRONG_TYPE'
  | 'WORK_OBJECT_BROKEN'
  | 'WORK_OBJECT_TOO_LARGE'
  | 'WORK_FOLDER_EXISTS'
  | 'WORK_NAME_REFUSED'
  | 'WORK_NOTE_BROKEN';

/** Thrown on purpose by the git-work adapter; `code` is the machine-readable half. */
export class GitWorkError extends Error {
  readonly code: GitWorkCode;

  constructor(code: GitWorkCode, message: string) {
    super(`${code}: ${message}`);
    this.name = 'GitWorkError';
    this.code = code;
  }
}
