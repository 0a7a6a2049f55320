/** East Asian wide and emoji: two columns on a terminal. */
const WIDE = /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}])/u;
const ASCII = /^[\x20-\x7e]*$/;
/** A colour, as `style.ts` makes them: no columns. */
// oxlint-disable-next-line no-control-regex
const COLOUR = /\u001b\[[0-9;]*m/;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text without colours takes. */
function bareWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += cellWidth(segment);
  return columns;
}

function cellWidth(segment: string): number {
  if (WIDE.test(segment)) return 2;
  return /^[\p{Mn}\p{Me}\p{Cf}]/u.test(segment) ? 0 : 1;
}

/** Columns that a text takes on a terminal; colours take none. */
export function width(text: string): number {
  return text.split(COLOUR).reduce((columns, part) => columns + bareWidth(part), 0);
}

/** The text in exactly so many columns: filled with blanks, or cut with `…`. Not for text with colours. */
export function pad(text: string, columns: number): string {
  const short = cut(text, columns);
  return short + ' '.repeat(Math.max(0, columns - bareWidth(short)));
}

/** The text in at most so many columns. Not for text with colours. */
export function cut(text: string, columns: number): string {
  if (bareWidth(text) <= columns) return text;
  if (columns <= 1) return '…'.slice(0, Math.max(0, columns));
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const cells = cellWidth(segment);
    if (used + cells > columns - 1) break;
    kept += segment;
    used += cells;
  }
  return `${kept}…`;
}

/** `<plan>/<step>` in exactly so many columns; where it is too long the plan gives way, since steps of one plan stand below each other. */
export function padStep(key: string, columns: number): string {
  const at = key.indexOf('/');
  const step = key.slice(at);
  const room = columns - step.length;
  return at < 0 || key.length <= columns || room < 3 ? pad(key, columns) : `${cut(key.slice(0, at), room)}${step}`;
}

/** Rows as a table: each column as wide as its widest cell, two blanks between, the last one open. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, width(cell));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd(),
  );
}
