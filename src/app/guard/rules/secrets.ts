import { searchable } from '../../../format/searchable.ts';
import type { History } from '../../../ports/history.ts';
import type { SecretScanner } from '../../../ports/secrets.ts';
import type { RuleContext } from '../context.ts';
import { ownChanges } from '../change.ts';
import type { Change } from '../change.ts';
import type { GuardFinding } from '../finding.ts';

/** A blob over this is no file that people write a key into by mistake. */
const CAP = 1_048_576;
/** Files in memory at a time, each at most `CAP`. */
const AT_ONCE = 100;
const LINK_OR_FILE = /^(?:100|120)/;

/** A file that changes, as it was and as it will be. */
export interface ScannedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
  readonly commit: string | null;
}

/** Looks at what every commit of the range adds: a secret that a later commit takes out again is in the history all the same. */
export async function secrets(change: Change, { history, secrets: scanner }: RuleContext): Promise<readonly GuardFinding[]> {
  const files = change.commits.flatMap((commit) => ownChanges(commit).flatMap(({ path, before, after }): readonly ScannedFile[] => (after !== null && LINK_OR_FILE.test(after.mode) && after.id !== before?.id ? [{ path, before: before?.id ?? null, after: after.id, commit: commit.id }] : [])));
  return [...(await scanMessages(scanner, change)), ...(await scanFiles(history, scanner, files))];
}

/** What each commit says, and who made it, all in one text: to begin a scan costs more than a message. */
async function scanMessages(scanner: SecretScanner, { commits }: Change): Promise<readonly GuardFinding[]> {
  const lines: string[] = [];
  const commitOf: string[] = [];
  for (const { id, author, committer, message } of commits) {
    const said = [author.name, author.email, committer.name, committer.email, ...message.split('\n')];
    lines.push(...said);
    commitOf.push(...said.map(() => id));
  }
  const found = lines.length === 0 ? [] : await scanner.scan('message.txt', lines.join('\n'));
  return found.map(({ kind, line }) => ({ code: 'SECRET', severity: 'error', path: null, commit: commitOf[line - 1] ?? null, message: `its message, or who made it, holds what looks like a secret (${kind})`, fix: FIX }));
}

const FIX = 'take it out of every commit that has it, and make a new one where it was issued: what was pushed once is known';

/** Scans the lines that are new in each file, up to 1 MiB of it; the same blob once. */
export async function scanFiles(history: Pick<History, 'blobs'>, scanner: SecretScanner, files: readonly ScannedFile[]): Promise<readonly GuardFinding[]> {
  const once = [...new Map(files.toReversed().map((file) => [`${file.after} ${file.path}`, file])).values()].toReversed();
  const findings: GuardFinding[] = [];
  for (let from = 0; from < once.length; from += AT_ONCE) {
    const some = once.slice(from, from + AT_ONCE);
    const texts = await textsOf(history, [...new Set(some.flatMap(({ before, after }) => (before === null ? [after] : [after, before])))]);
    for (const { path, before, after, commit } of some) {
      const text = texts.get(after);
      const added = text === undefined ? '' : addedLines(before === null ? undefined : texts.get(before), text);
      for (const { kind, line } of await scanner.scan(path, added)) findings.push({ code: 'SECRET', severity: 'error', path, line, commit, message: `holds what looks like a secret (${kind})`, fix: FIX });
    }
  }
  return findings;
}

async function textsOf(history: Pick<History, 'blobs'>, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  await history.blobs(ids, CAP, (bytes, at) => {
    if (bytes !== null) texts.set(ids[at] ?? '', searchable(new TextDecoder('utf-8').decode(bytes)));
  });
  return texts;
}

/** The text with every line emptied that stood in it before: the others keep their numbers. */
function addedLines(before: string | undefined, after: string): string {
  if (before === undefined) return after;
  const old = new Set(before.split('\n'));
  return after.split('\n').map((line) => (old.has(line) ? '' : line)).join('\n');
}
