import { isUtf8 } from 'node:buffer';
import { START } from './fault.ts';
import type { Fault, Place } from './fault.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8');
const NEWLINE = 10;

export type DecodedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: Fault };

/** Bytes of somebody's file as text: at most `cap` bytes, UTF-8 without a byte order mark, no control character but tab and line ends. */
export function decodeText(file: string, bytes: Uint8Array, cap: number): DecodedText {
  const fault = (code: string, place: Place, message: string, fix: string): DecodedText => ({ ok: false, fault: { code, severity: 'error', message, file, ...place, pointer: '', fix } });
  if (bytes.length > cap) return fault('FILE_TOO_LARGE', START, `has ${String(bytes.length)} bytes; at most ${String(cap)} are read`, 'split it, or move long text into files of its own');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return fault('TEXT_BOM', START, 'begins with a byte order mark', 'save it as UTF-8 without BOM');
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return fault('TEXT_NOT_UTF8', START, 'is UTF-16', 'save it as UTF-8 without BOM');
  if (!isUtf8(bytes)) return fault('TEXT_NOT_UTF8', firstBad(bytes), 'is not UTF-8 from here on', 'save it as UTF-8');
  const text = decoder.decode(bytes);
  const control = controlIn(text);
  if (control >= 0) return fault(text[control] === '\0' ? 'TEXT_NUL' : 'TEXT_CONTROL', new Lines(text).at(control), text[control] === '\0' ? 'holds a NUL character' : 'holds a control character', 'remove it');
  return { ok: true, text };
}

function controlIn(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 32 && code !== 10 && code !== 13 && code !== 9) || code === 127) return at;
  }
  return -1;
}

function firstBad(bytes: Uint8Array): Place {
  let line = 1;
  let from = 0;
  for (;;) {
    const found = bytes.indexOf(NEWLINE, from);
    const end = found < 0 ? bytes.length : found;
    const part = bytes.subarray(from, end);
    if (!isUtf8(part)) return { line, column: Math.max(1, lenient.decode(part).indexOf('\uFFFD') + 1) };
    if (found < 0) return { line, column: 1 };
    line += 1;
    from = end + 1;
  }
}

/** Offsets of a text as lines and columns. */
export class Lines {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  at(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}
