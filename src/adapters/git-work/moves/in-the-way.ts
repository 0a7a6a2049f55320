import type { InTheWay } from '../../../ports/git-work.ts';
import { indexLock } from './notes.ts';
import { lockHolder } from './lock-holder.ts';
import type { Obstacle } from './ready-index.ts';

const NAMED_IN_FIX = 20;

export function busy(worktree: string, branch: string, operation: string): InTheWay {
  const words = operation === 'bisect' ? ['bisect reset'] : [`${operation} --continue`, `${operation} --abort`];
  return {
    kind: 'in_the_way',
    code: 'WORKTREE_BUSY',
    worktree,
    paths: [],
    message: `${branch} cannot move: a ${operation} is in progress on it in ${worktree}`,
    fix: words.map((word) => `git -C ${quoted(worktree)} ${word}`).join('   or   '),
  };
}

export function unreachable(gitDir: string, branch: string, why: string): InTheWay {
  return { kind: 'in_the_way', code: 'WORKTREE_BUSY', worktree: gitDir, paths: [], message: `${branch} cannot move: it is checked out in a worktree that cannot follow: ${why}`, fix: 'git worktree list' };
}

export function locked(worktree: string, gitDir: string, branch: string): InTheWay {
  const lock = indexLock(gitDir);
  const holder = lockHolder(lock, worktree, gitDir);
  return {
    kind: 'in_the_way',
    code: 'INDEX_LOCKED',
    worktree,
    paths: [lock],
    message: `${branch} cannot move: the index of ${worktree} is locked${holder === undefined ? ', by a process that cannot be seen' : `, it seems by ${holder}`}`,
    fix: `let that git command end (is an editor open for a commit message?); if no git runs there any more: rm ${quoted(lock)}`,
  };
}

export function dirty(worktree: string, branch: string, { paths, said }: Obstacle): InTheWay {
  const named = paths.slice(0, NAMED_IN_FIX).map(quoted).join(' ');
  const all = paths.length > NAMED_IN_FIX || paths.length === 0 ? '' : ` -- ${named}`;
  return {
    kind: 'in_the_way',
    code: 'WORKTREE_DIRTY',
    worktree,
    paths,
    message: `${branch} cannot move: ${String(paths.length)} paths that it would change have local changes in ${worktree}${said === '' ? '' : `\n${said}`}`,
    fix: `commit them, or put them aside: git -C ${quoted(worktree)} stash push --include-untracked${all}`,
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
