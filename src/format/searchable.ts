/** Letters of ASCII in UTF-16 (RFC 2781), of either order and without a mark too: every other unit is a NUL. Fewer may be anything. */
const WIDE = /(?:\0[^\0]){8,}|(?:[^\0]\0){8,}/g;

/**
 * What a file holds as text that can be searched for keys and tokens: those of UTF-16 as plain letters, and a space for any other NUL, so that what
 * stands between is no part of it. Lines keep their numbers; places in a line move.
 */
export function searchable(text: string): string {
  return text.includes('\0') ? text.replaceAll(WIDE, (wide) => wide.replaceAll('\0', '')).replaceAll('\0', ' ') : text;
}
