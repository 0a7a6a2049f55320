import type { SimpleGit } from 'simple-git';
import { gitMissing } from '../git-store/errors.ts';

/** Asks the operator's git: its answer without the line's end, null where it says nothing or "no". */
export function asking(git: SimpleGit): (...args: readonly string[]) => Promise<string | null> {
  return async (...args) => {
    try {
      const answer = (await git.raw([...args])).trim();
      return answer === '' ? null : answer;
    } catch (cause) {
      if (cause instanceof Error && cause.message.includes('spawn git ENOENT')) throw gitMissing();
      // Git says "no" to a question by its exit code; there is nothing else to learn from it.
      if (cause instanceof Error) return null;
      throw cause;
    }
  };
}
