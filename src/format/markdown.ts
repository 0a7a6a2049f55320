import { plain, plainLines } from './plain.ts';

/** ZERO WIDTH SPACE: seen by nobody, and enough for a forge not to take what stands on its two sides for one word. */
const GAP = '\u200b';
/** What has a meaning in Markdown, in HTML or to a forge. As character references they are text and nothing else (CommonMark 0.31, 2.5). */
const SPECIAL = /[&<>`*~|\\[\]@#$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=(?<![A-Za-z0-9])www)\./gi;
/** Where a forge makes a link, a mention, a picture or an order of text, whatever its Markdown says: `@name`, `#1`, `GH-1`, addresses, `:name:`. */
const LINKED = /[@#](?=[\w-])|(?<![A-Za-z0-9])GH(?=-\d)|:(?=\/\/|[\w+-]+:)|(?<![A-Za-z0-9])www(?=\.)/gi;
/** What needs no care within backticks. */
const BARE = /^[\w./-]+$/;

function referenced(text: string): string {
  return text.replaceAll(SPECIAL, (char) => `&#${String(char.codePointAt(0) ?? 0)};`);
}

/** The text in at most so many UTF-16 units, with `…` where it was cut. */
export function clip(text: string, units: number): string {
  if (text.length <= units) return text;
  const kept = text.slice(0, Math.max(0, units - 1));
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

function oneLine(text: string): string {
  return plain(text.trim().replaceAll(/\s+/g, ' '));
}

/**
 * Text from outside as one line of Markdown that is text and nothing else: it ends no table cell, opens no tag, mentions nobody, closes no issue
 * and links nowhere. Not for the first thing on a line.
 */
export function mdText(text: string, units = Infinity): string {
  return referenced(clip(oneLine(text), units).replaceAll(LINKED, (found) => `${found}${GAP}`));
}

/** A name, a path or a command: the same, to be copied as it stands. Forges leave alone what is code. */
export function mdCode(text: string): string {
  const line = oneLine(text);
  return BARE.test(line) ? `\`${line}\`` : `<code>${referenced(line)}</code>`;
}

/** Lines as they are, in a block of their own. By `<pre>`: no run of backticks ends it, and no blank line. */
export function mdBlock(text: string): string {
  return `<pre>${plainLines(text).map(referenced).join('\n')}</pre>`;
}

/** A title: no Markdown is read there, but a squash merge makes it a commit's message, in which `closes #1` has a meaning. */
export function mdTitle(text: string, units: number): string {
  return clip(oneLine(text).replaceAll(LINKED, (found) => `${found}${GAP}`), units);
}

/** A row of a table. The cells are Markdown already. */
export function mdRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The head of a table. */
export function mdHead(names: readonly string[]): string {
  return `${mdRow(names)}\n${mdRow(names.map(() => '---'))}`;
}

/** What is folded until somebody opens it. Both parts are Markdown already. */
export function mdFold(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
