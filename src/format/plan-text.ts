import { hiddenIn, pointerOf, quoted } from './fault.ts';
import type { Fields } from './fields.ts';

/**
 * A text that people and agents will read. What a reader of the page does not see, an agent does: hidden characters and HTML comments are
 * warned about, shown escaped.
 */
export function shownText(fields: Fields, name: string, cap: number): string | undefined {
  const text = fields.text(name, { cap });
  if (text === undefined) return undefined;
  const hidden = hiddenIn(text);
  const pointer = pointerOf([...fields.path, name]);
  if (hidden !== undefined) fields.faults.warning('TEXT_HIDDEN', pointer, `${name} holds a character that is not shown (${hidden}): ${quoted(around(text, firstHidden(text)))}`, 'remove it, unless it is meant');
  const comment = text.indexOf('<!--');
  if (comment >= 0) fields.faults.warning('TEXT_HIDDEN', pointer, `${name} holds an HTML comment, which a rendered page does not show: ${quoted(around(text, comment))}`, 'remove it, or write it as plain text');
  return text;
}

function firstHidden(text: string): number {
  let at = 0;
  for (const char of text) {
    if (hiddenIn(char) !== undefined) return at;
    at += char.length;
  }
  return 0;
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 20), at + 40).toWellFormed();
}
