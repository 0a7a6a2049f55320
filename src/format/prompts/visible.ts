import { plain } from '../plain.ts';

/** Text of several lines for an agent: what a reader of a page would not see is written out, so that both read the same. Tabs stay. */
export function visible(text: string): string {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return lines.map((line) => line.split('\t').map(plain).join('\t')).join('\n');
}

/** Items one a line, at most `cap` UTF-16 code units in all; what was left out is said. The first is there in any case, cut. */
export function bounded(items: readonly string[], cap: number): string {
  const shown: string[] = [];
  let left = cap;
  for (const item of items) {
    // Whatever an item says, its lines are told from ours.
    const text = visible(item).replaceAll('\n', '\n  ');
    if (text.length > left && shown.length > 0) break;
    shown.push(text.length > left ? `${text.slice(0, left).toWellFormed()} ... (cut: ${String(text.length)} characters in all)` : text);
    left -= text.length + 1;
    if (left <= 0) break;
  }
  const more = items.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`(and ${String(more)} more, left out)`])].join('\n');
}
