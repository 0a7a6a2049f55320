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
  /** By its committer's clock, in milliseconds; 0 where it cannot be read. */
  readonly committed_at_ms: number;
  /** Armoured, and what it signs: the object without it (gitformat-signature(5)). */
  readonly signature?: { readonly armoured: string; readonly payload: Uint8Array };
}

const NOBODY: Person = { name: '', email: '' };
const PERSON = /^(.*?) ?<([^<>]*)> (-?[0-9]+) [+-][0-9]+$/;
const SIGNATURE = /^gpgsig(?:-sha256)? /;

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
  const signature = signatureIn(bytes, lines);
  return { tree, parents, author: personIn(lines[at], 'author '), committer: personIn(lines[at + 1], 'committer '), committed_at_ms: timeIn(lines[at + 1]), message: end < 0 ? '' : text.slice(end + 2), ...(signature === undefined ? {} : { signature }) };
}

function personIn(line: string | undefined, label: string): Person {
  const found = line?.startsWith(label) === true ? PERSON.exec(line.slice(label.length)) : null;
  return found === null ? NOBODY : { name: found[1] ?? '', email: found[2] ?? '' };
}

function timeIn(line: string | undefined): number {
  const seconds = Number(PERSON.exec(line?.replace(/^committer /, '') ?? '')?.[3] ?? 0);
  return Number.isSafeInteger(seconds * 1_000) ? seconds * 1_000 : 0;
}

/** One signature, and the bytes around it. Several, as for two object formats, are nobody's here. */
function signatureIn(bytes: Uint8Array, lines: readonly string[]): CommitHeader['signature'] {
  const first = lines.findIndex((line) => SIGNATURE.test(line));
  if (first < 0 || lines.some((line, index) => index > first && SIGNATURE.test(line))) return undefined;
  let last = first + 1;
  while (lines[last]?.startsWith(' ') === true) last += 1;
  const header = lines.slice(first, last);
  const armoured = header.map((line, index) => (index === 0 ? line.replace(SIGNATURE, '') : line.slice(1))).join('\n');
  const before = Buffer.byteLength(lines.slice(0, first).map((line) => `${line}\n`).join(''));
  const length = Buffer.byteLength(header.map((line) => `${line}\n`).join(''));
  return { armoured: `${armoured}\n`, payload: Buffer.concat([bytes.subarray(0, before), bytes.subarray(before + length)]) };
}
