const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LETTER_A = 0x61;
const LETTER_Z = 0x7a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const FIRST_BEYOND_ASCII = 0x80;
/** So many are an exact integer, whoever reads them. */
const MAX_DIGITS = 15;
const MAX_DEPTH = 64;
/** Not plain. */
const NO = -1;

/**
 * Where lists of canonical values end that begin at `at`, one value a line, as an entry has them: `"name":[\n`, the values with `,\n` between them, `\n],\n`; an
 * empty one is `"name":[],\n`. Undefined where the bytes are anything else.
 *
 * The bytes must be JSON in UTF-8 that was parsed as such. That a value is canonical (RFC 8785) is told by looking at each byte once: a quarter of what it costs
 * to render the value again and compare. It knows the plain case alone, which is nearly all that coo writes: an escape, a fraction or a member's name
 * beyond ASCII may be canonical too, and is not plain.
 */
export function endOfPlainLists(bytes: Uint8Array, names: readonly string[], at: number): number | undefined {
  let end = at;
  for (const name of names) {
    end = endOfText(bytes, end, `"${name}":[`);
    if (end !== NO) end = bytes[end] === CLOSE_LIST ? end + 1 : endOfLines(bytes, end);
    if (end !== NO) end = endOfText(bytes, end, ',\n');
    if (end === NO) return undefined;
  }
  return end;
}

/** `text` is ASCII. */
function endOfText(bytes: Uint8Array, from: number, text: string): number {
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text.charCodeAt(at)) return NO;
  return from + text.length;
}

function endOfLines(bytes: Uint8Array, from: number): number {
  for (let at = from; bytes[at] === NEWLINE; at += 1) {
    at = endOfValue(bytes, at + 1, 0);
    if (at !== NO && bytes[at] === NEWLINE && bytes[at + 1] === CLOSE_LIST) return at + 2;
    if (at === NO || bytes[at] !== COMMA) return NO;
  }
  return NO;
}

function endOfValue(bytes: Uint8Array, at: number, depth: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === QUOTE) return endOfString(bytes, at);
  if (byte === OPEN) return depth === MAX_DEPTH ? NO : endOfObject(bytes, at, depth + 1);
  if (byte === OPEN_LIST) return depth === MAX_DEPTH ? NO : endOfList(bytes, at, depth + 1);
  if (byte >= LETTER_A && byte <= LETTER_Z) return endOfLetters(bytes, at);
  return endOfInteger(bytes, at);
}

function endOfObject(bytes: Uint8Array, from: number, depth: number): number {
  let at = from + 1;
  if (bytes[at] === CLOSE) return at + 1;
  for (let last = NO; ; at += 1) {
    const name = at;
    at = endOfName(bytes, at);
    if (at === NO || bytes[at] !== COLON || (last !== NO && !isBefore(bytes, last, name))) return NO;
    last = name;
    at = endOfValue(bytes, at + 1, depth);
    if (at === NO || bytes[at] === CLOSE) return at === NO ? NO : at + 1;
    if (bytes[at] !== COMMA) return NO;
  }
}

function endOfList(bytes: Uint8Array, from: number, depth: number): number {
  let at = from + 1;
  if (bytes[at] === CLOSE_LIST) return at + 1;
  for (; ; at += 1) {
    at = endOfValue(bytes, at, depth);
    if (at === NO || bytes[at] === CLOSE_LIST) return at === NO ? NO : at + 1;
    if (bytes[at] !== COMMA) return NO;
  }
}

/** Whether one name comes before another, both by the place of their first quote, in the order of their units. The quote at their end stands before all but `!`. */
function isBefore(bytes: Uint8Array, one: number, other: number): boolean {
  for (let at = 1; ; at += 1) {
    const [left, right] = [bytes[one + at] ?? 0, bytes[other + at] ?? 0];
    if (left === QUOTE || right === QUOTE) return left === QUOTE && right !== QUOTE;
    if (left !== right) return left < right;
  }
}

function endOfName(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) return NO;
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH || byte >= FIRST_BEYOND_ASCII) return NO;
  }
  return NO;
}

function endOfString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) return NO;
  }
  return NO;
}

/** `true`, `false`, `null`. */
function endOfLetters(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at] ?? 0; byte >= LETTER_A && byte <= LETTER_Z; byte = bytes[at] ?? 0) at += 1;
  return at;
}

function endOfInteger(bytes: Uint8Array, from: number): number {
  const first = bytes[from] === MINUS ? from + 1 : from;
  let at = first;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at += 1;
  const digits = at - first;
  const isPlain = digits > 0 && digits <= MAX_DIGITS && (bytes[first] !== ZERO || (digits === 1 && first === from));
  return isPlain ? at : NO;
}
