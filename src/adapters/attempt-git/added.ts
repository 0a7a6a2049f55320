import type { AddedText } from '../../ports/attempt-git.ts';

/** `git log` in a form that nothing of the worker's configuration or attributes changes: commits apart by NULs, files by their own line, no context. */
export const LOG: readonly string[] = ['--literal-pathspecs', '-c', 'core.quotePath=false', '-c', 'diff.noprefix=false', '-c', 'diff.mnemonicPrefix=false', 'log', '--format=%x00%x00%x00%x00%an <%ae>%n%cn <%ce>%n%B', '-p', '-U0', '--text', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--no-notes', '--no-show-signature', '--diff-merges=first-parent', '--src-prefix=a/', '--dst-prefix=b/'];

/** More of them than text in UTF-16 has. In another file they come too: what is behind them there is looked at as well. */
const COMMIT = '\0\0\0\0';
const FILE = '\ndiff --git ';

/** What a log of `LOG` tells as added. */
export function addedTexts(log: string): readonly AddedText[] {
  const found: AddedText[] = [];
  for (const commit of log.split(COMMIT)) {
    const [message = '', ...files] = commit.split(FILE);
    if (message.trim() !== '') found.push({ path: undefined, text: message });
    found.push(...files.map(fileOf));
  }
  return found;
}

function fileOf(diff: string): AddedText {
  const lines = diff.split('\n');
  const hunks = lines.findIndex((line) => line.startsWith('@@'));
  const head = hunks < 0 ? lines : lines.slice(0, hunks);
  const named = head.find((line) => line.startsWith('+++ b/'))?.slice('+++ b/'.length) ?? / b\/(.*)$/.exec(lines[0] ?? '')?.[1] ?? '';
  const added = hunks < 0 ? [] : lines.slice(hunks).filter((line) => line.startsWith('+'));
  // A name is something that is added, too.
  return { path: named.replace(/\t$/, ''), text: [named, ...added.map((line) => line.slice(1))].join('\n') };
}
