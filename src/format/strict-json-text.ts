import type { Fault, Place } from './fault.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly faults: readonly Fault[] };

/** The text of an outsider's file: capped in bytes, good UTF-8, no byte order mark, no NUL. */
export function readText(bytes: Uint8Array, file: string, cap: number): ReadText {
  const fault = (code: string, message: string, fix: string, place: Place = { line: 1, column: 1 }): ReadText => ({
    ok: false,
    faults: [{ code, message, fix, file, ...place, pointer: '', severity: 'error' }],
  });
  if (bytes.length > cap) return fault('FILE_TOO_LARGE', `has ${String(bytes.length)} bytes; at most ${String(cap)} are read`, 'split it, or leave out what does not belong in it');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return fault('BOM', 'begins with a byte order mark', 'save it as UTF-8 without a byte order mark');
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return fault('BAD_UTF8', 'holds bytes that are not UTF-8', 'save it as UTF-8', placeAt(new TextDecoder().decode(bytes.subarray(0, goodPrefix(bytes)))));
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) return fault('NUL', 'holds a NUL character', 'take it out: this is a text', placeAt(text.slice(0, nul)));
  return { ok: true, text };
}

/** How many bytes from the beginning are good UTF-8, by halving: the decoder does not say where it stopped. */
function goodPrefix(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether bytes are good UTF-8 as far as they go; a character cut off at the end counts as good. */
function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (cause) {
    if (cause instanceof TypeError) return false;
    throw cause;
  }
}

/** The place after a piece of text that begins a file. */
function placeAt(before: string): Place {
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Turns offsets of a text into places; the lines are found once, when first asked. */
export function placesOf(text: string): (offset: number) => Place {
  let starts: number[] | undefined;
  return (offset) => {
    if (starts === undefined) {
      starts = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    }
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = Math.floor((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/**
 * Where a value and its key begin, with the parts inside. A tree, since a map by pointer would hold every long key once for each member below it.
 */
export interface Mark {
  readonly value: number;
  readonly key: number;
  readonly parts: Map<string, Mark>;
}

/** The offset that a pointer, or else the nearest part around it, stands at. */
export function offsetOf(root: Mark, pointer: string, what: 'value' | 'key'): number {
  let mark = root;
  for (const part of pointer.split('/').slice(1)) {
    const inner = mark.parts.get(part.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (inner === undefined) return mark.value;
    mark = inner;
  }
  return mark[what];
}
