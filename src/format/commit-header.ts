/** Who a commit says made it: words, proven by nothing. */
export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface CommitHeader {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}

const NOBODY: Person = { name: '', email: '' };
const PERSON = /^(.*?) ?<([^<>]*)> -?[0-9]+ [+-][0-9]+$/;

/**
 * Reads any commit object in the order that git itself reads: tree, parents, author, committer, then whatever else up to the first empty line.
 * A line elsewhere that looks like a parent is none. Null when the bytes are no commit; a person that cannot be read is nobody.
 */
export function readCommit(bytes: Uint8Array): CommitHeader | null {
  const text = new TextDecoder('utf-8').decode(bytes);
  const end = text.indexOf('\n\n');
  const lines = (end < 0 ? text : text.slice(0, end)).split('\n');
  const tree = /^tree ([0-9a-f]{40}|[0-9a-f]{64})$/.exec(lines[0] ?? '')?.[1];
  if (tree === undefined) return null;
  const parents: string[] = [];
  let at = 1;
  for (; at < lines.length; at += 1) {
    const parent = /^parent ([0-9a-f]{40}|[0-9a-f]{64})$/.exec(lines[at] ?? '')?.[1];
    if (parent === undefined) break;
    parents.push(parent);
  }
  return { tree, parents, author: personIn(lines[at], 'author '), committer: personIn(lines[at + 1], 'committer '), message: end < 0 ? '' : text.slice(end + 2) };
}

function personIn(line: string | undefined, label: string): Person {
  const found = line?.startsWith(label) === true ? PERSON.exec(line.slice(label.length)) : null;
  return found === null ? NOBODY : { name: found[1] ?? '', email: found[2] ?? '' };
}
