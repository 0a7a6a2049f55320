/** Everything that could move a cursor, hide text or turn its direction: controls, format characters, lone surrogates, line separators. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
/** Joins emoji and scripts inside one character; harmless, and needed to write them. */
const JOINERS = new Set(['\u200c', '\u200d']);
const HARMLESS = /^[\x20-\x7e]*$/;

/** Text from outside as one line that is safe on a terminal: what is dangerous is shown by its number, `\u{1b}`. */
export function plain(text: string): string {
  if (HARMLESS.test(text)) return text;
  return text.replaceAll(DANGEROUS, (char) => {
    if (JOINERS.has(char)) return char;
    if (char === '\n') return '\\n';
    if (char === '\t') return ' ';
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** The same for text of several lines, whose line ends are kept. */
export function plainLines(text: string): readonly string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/).map(plain);
}
