import { GitError } from './errors.ts';

/** Refs that each worktree has for itself; a linked worktree's are elsewhere. */
const PER_WORKTREE = /^refs\/(bisect|worktree|rewritten)\//;
const MAX_NAME_BYTES = 1024;

/**
 * Throws GIT_REF_NAME unless the name is a full, shared ref that `git check-ref-format` would take.
 * Stricter in two points that a file name and a line of `update-ref --stdin` need: no component begins with `-`, nothing over 1 KiB.
 */
export function checkRefName(name: string): void {
  const parts = name.split('/');
  const fine =
    parts.length >= 2 &&
    parts[0] === 'refs' &&
    Buffer.byteLength(name) <= MAX_NAME_BYTES &&
    !PER_WORKTREE.test(name) &&
    !name.includes('..') &&
    !name.includes('@{') &&
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
    !/[\u0000-\u0020\u007f~^:?*[\\]/.test(name) &&
    parts.every((part) => part !== '' && !/^[.-]/.test(part) && !/\.$|\.lock$/.test(part)) &&
    name.isWellFormed();
  if (!fine) throw new GitError({ code: 'GIT_REF_NAME', message: `${JSON.stringify(name.slice(0, 200))} is not a full ref name` });
}
