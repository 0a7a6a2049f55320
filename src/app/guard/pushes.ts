import type { Oid } from '../../ports/git-store.ts';
import { Failure } from '../failure.ts';

/** One ref that a push moves; null = not there, before or after. */
export interface Push {
  /** Its full name on the receiving side. */
  readonly ref: string;
  readonly before: Oid | null;
  readonly after: Oid | null;
}

/** A push of more refs than this is no push of people's. */
const MAX_PUSHES = 10_000;
const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** What git writes to a `pre-push` hook: `<local ref> <local id> <remote ref> <remote id>` a line. */
export function readPrePush(text: string): readonly Push[] {
  return linesOf(text).map((line) => {
    const [, after = '', ref = '', before = ''] = wordsOf(line, 4);
    return { ref, before: idOf(before, line), after: idOf(after, line) };
  });
}

/** What git writes to a `pre-receive` hook: `<old id> <new id> <ref>` a line. */
export function readPreReceive(text: string): readonly Push[] {
  const pushes = linesOf(text).map((line): Push => {
    const [before = '', after = '', ref = ''] = wordsOf(line, 3);
    return { ref, before: idOf(before, line), after: idOf(after, line) };
  });
  const named = new Set<string>();
  const twice = pushes.find(({ ref }) => named.size === named.add(ref).size);
  // A client of one's own can ask for it: git moves the ref once for each.
  if (twice !== undefined) throw new Failure({ code: 'PUSH_TWICE', message: `${JSON.stringify(twice.ref)} is moved twice by one push`, fix: 'push with git: it names each ref once', exit: 3 });
  return pushes;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > MAX_PUSHES) throw new Failure({ code: 'PUSHES_MANY', message: `${String(lines.length)} refs are pushed at once; at most ${String(MAX_PUSHES)} are looked at`, fix: 'push fewer at a time', exit: 2 });
  return lines;
}

function wordsOf(line: string, count: number): readonly string[] {
  const words = line.split(' ');
  if (words.length !== count) throw notALine(line);
  return words;
}

function idOf(text: string, line: string): Oid | null {
  if (!ID.test(text)) throw notALine(line);
  return /^0+$/.test(text) ? null : text;
}

function notALine(line: string): Failure {
  return new Failure({ code: 'PUSH_LINE', message: `standard input has a line that git does not write: ${JSON.stringify(line.slice(0, 200))}`, fix: 'let git call it, as a hook: coo hooks install', exit: 2 });
}
