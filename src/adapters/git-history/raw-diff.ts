import type { TreeChange, TreeSide } from '../../ports/history.ts';
import { GitError } from '../git-store/errors.ts';

const ABSENT = '000000';
const NUL = 0;
const NEWLINE = 10;
const COLON = 58;

/** `:<mode> <mode> <id> <id> <status>` NUL `<path>` NUL, one after the other, from `at` on; ends at what is no such record. */
export function rawRecords(bytes: Buffer, from = 0): { readonly changes: readonly TreeChange[]; readonly end: number } {
  const changes: TreeChange[] = [];
  let at = from;
  while (bytes[at] === COLON) {
    const head = bytes.indexOf(NUL, at);
    const tail = head < 0 ? -1 : bytes.indexOf(NUL, head + 1);
    if (tail < 0) throw new GitError({ code: 'GIT_FAILED', message: 'git diff-tree gave a record that is cut off' });
    const [before = '', after = '', old = '', now = ''] = bytes.toString('latin1', at + 1, head).split(' ');
    changes.push({ path: bytes.toString('utf8', head + 1, tail), before: side(before, old), after: side(after, now) });
    at = tail + 1;
  }
  return { changes, end: at };
}

/** The answer of `diff-tree --stdin -z` to pairs of trees: before each pair's records a line with both ids. */
export function rawPairs(bytes: Buffer, pairs: number): readonly (readonly TreeChange[])[] {
  const all: (readonly TreeChange[])[] = [];
  let at = 0;
  while (at < bytes.length) {
    const line = bytes.indexOf(NEWLINE, at);
    if (line < 0 || bytes[at] === COLON) throw new GitError({ code: 'GIT_FAILED', message: 'git diff-tree gave an answer that cannot be read' });
    const { changes, end } = rawRecords(bytes, line + 1);
    all.push(changes);
    at = end;
  }
  if (all.length !== pairs) throw new GitError({ code: 'GIT_FAILED', message: `git diff-tree answered ${String(all.length)} of ${String(pairs)} pairs` });
  return all;
}

function side(mode: string, id: string): TreeSide | null {
  return mode === ABSENT ? null : { mode, id };
}
