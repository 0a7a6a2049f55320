import { cut, width } from '../width.ts';

/** One piece of a row: text, and the colour it gets after it was cut to fit. */
export interface Piece {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** A row of the board that never wraps: pieces one after the other, cut where the terminal ends. */
export function row(pieces: readonly Piece[], columns: number): string {
  let left = columns;
  let line = '';
  for (const { text, paint } of pieces) {
    if (left <= 0) break;
    const short = cut(text, left);
    left -= width(short);
    line += paint === undefined ? short : paint(short);
    if (short !== text) break;
  }
  return line;
}
