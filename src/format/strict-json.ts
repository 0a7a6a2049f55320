import type { ReadDocument, ReadOptions } from './document.ts';
import { Faults, START, partsOf, pointerOf, quoted } from './fault.ts';
import type { PathPart, Place } from './fault.ts';
import { FORBIDDEN_KEYS, MAX_DEPTH, MAX_JSON_BYTES, MAX_KEYS, numberFault } from './limits.ts';
import { Lines, decodeText } from './text.ts';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads a stranger's JSON (RFC 8259) in linear time: bytes, depth and keys capped; duplicate and dangerous keys, NUL, lone surrogates and
 * numbers that JavaScript cannot carry refused. All of these are gathered; at the first break of the syntax it stops.
 */
export function readStrictJson(file: string, bytes: Uint8Array, options: ReadOptions = {}): ReadDocument {
  const decoded = decodeText(file, bytes, MAX_JSON_BYTES);
  if (!decoded.ok) return { ok: false, faults: [decoded.fault] };
  const { text } = decoded;
  const lines = new Lines(text);
  let at: Place = START;
  const faults = new Faults(file, () => at);
  const reader = new Reader(text, (code, offset, path, message, fix) => {
    at = lines.at(offset);
    faults.error(code, pointerOf(path), message, fix);
  }, options, null);
  const value = reader.document();
  if (faults.failed) return { ok: false, faults: faults.all };
  let root: Mark | undefined;
  const placeOf = (pointer: string): Place => {
    root ??= markAll(text);
    let mark = root;
    for (const part of partsOf(pointer)) {
      const inner = mark.parts?.get(part);
      if (inner === undefined) break;
      mark = inner;
    }
    return lines.at(mark.offset);
  };
  return { ok: true, document: { value, placeOf } };
}

/** Where a value or its key begins. A tree, since a map by pointer would write a long key out once for each member below it. */
interface Mark {
  readonly offset: number;
  parts?: Map<string, Mark>;
}

/** Where every value of a faultless text stands; made only when something is to be said about one. */
function markAll(text: string): Mark {
  const root: Mark = { offset: 0 };
  new Reader(text, () => undefined, {}, root).document();
  return root;
}

type Report = (code: string, offset: number, path: readonly PathPart[], message: string, fix: string) => void;

/** Thrown where the syntax breaks: nothing after it can be trusted. The fault is reported before. */
class Broken extends Error {}

class Reader {
  readonly #text: string;
  readonly #report: Report;
  readonly #options: ReadOptions;
  readonly #most: number;
  /** The mark of what is being read; null when nobody asked for places. */
  #mark: Mark | null;
  readonly #path: PathPart[] = [];
  #at = 0;
  #keys = 0;
  #counted = 0;

  constructor(text: string, report: Report, options: ReadOptions, mark: Mark | null) {
    this.#text = text;
    this.#report = report;
    this.#options = options;
    this.#most = options.keys ?? MAX_KEYS;
    this.#mark = mark;
  }

  document(): unknown {
    try {
      this.#space();
      if (this.#at === this.#text.length) this.#stop('JSON_EMPTY', 'is empty', 'write a JSON object');
      const value = this.#value();
      this.#space();
      if (this.#at < this.#text.length) this.#stop('JSON_SYNTAX', `has more after its end: ${this.#here()}`, 'one file holds one value');
      return value;
    } catch (cause) {
      if (cause instanceof Broken) return undefined;
      throw cause;
    }
  }

  #say(code: string, offset: number, message: string, fix: string): void {
    this.#report(code, offset, this.#path, message, fix);
  }

  #stop(code: string, message: string, fix: string): never {
    this.#say(code, this.#at, message, fix);
    throw new Broken(code);
  }

  #here(): string {
    return this.#at >= this.#text.length ? 'the end of the file' : quoted(this.#text.slice(this.#at, this.#at + 12));
  }

  #space(): void {
    for (; ; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    }
  }

  #count(): void {
    this.#keys += 1;
    if (this.#keys > this.#most) this.#stop('JSON_TOO_MANY_KEYS', `has more than ${String(this.#most)} members and items`, 'split it');
  }

  #value(): unknown {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #word(word: string, value: unknown): unknown {
    if (!this.#text.startsWith(word, this.#at)) this.#stop('JSON_SYNTAX', `a value was expected, and here is ${this.#here()}`, 'strings stand in double quotes');
    this.#at += word.length;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const written = NUMBER.exec(this.#text)?.[0];
    if (written === undefined) this.#stop('JSON_SYNTAX', `a value was expected, and here is ${this.#here()}`, 'JSON has no comments, no single quotes and no comma before a closing bracket');
    const value = Number(written);
    const wrong = numberFault(value, written);
    if (wrong !== undefined) this.#say('NUMBER_UNSAYABLE', this.#at, `${quoted(written)} ${wrong}`, 'write it as a string, or make it smaller');
    this.#at += written.length;
    return value;
  }

  #open(): void {
    if (this.#path.length >= MAX_DEPTH) this.#stop('JSON_TOO_DEEP', `is nested deeper than ${String(MAX_DEPTH)}`, 'make it flatter');
    this.#at += 1;
    this.#space();
  }

  /** After a member or item: true when another follows. */
  #more(close: string): boolean {
    this.#space();
    const next = this.#text[this.#at];
    if (next !== ',' && next !== close) this.#stop('JSON_SYNTAX', `, or ${close} was expected, and here is ${this.#here()}`, 'put a comma between two values, and close what was opened');
    this.#at += 1;
    this.#space();
    return next === ',';
  }

  #array(): unknown[] {
    this.#open();
    const list: unknown[] = [];
    if (this.#text[this.#at] === ']') {
      this.#at += 1;
      return list;
    }
    do {
      this.#count();
      list.push(this.#under(list.length, this.#at));
    } while (this.#more(']'));
    return list;
  }

  #object(): Record<string, unknown> {
    this.#open();
    const object: Record<string, unknown> = {};
    if (this.#text[this.#at] === '}') {
      this.#at += 1;
      return object;
    }
    do this.#member(object);
    while (this.#more('}'));
    return object;
  }

  #member(object: Record<string, unknown>): void {
    this.#count();
    const start = this.#at;
    if (this.#text[start] !== '"') this.#stop('JSON_SYNTAX', `a member's name in double quotes was expected, and here is ${this.#here()}`, 'write "name": value, without a comma after the last');
    const name = this.#string();
    this.#path.push(name);
    const forbidden = FORBIDDEN_KEYS.includes(name);
    if (forbidden) this.#say('KEY_FORBIDDEN', start, `a member must not be called ${name}`, 'rename it');
    else if (Object.hasOwn(object, name)) this.#say('KEY_DUPLICATE', start, `${quoted(name)} stands here for the second time`, 'remove one of the two');
    this.#tally(name);
    this.#space();
    if (this.#text[this.#at] !== ':') this.#stop('JSON_SYNTAX', `: was expected after ${quoted(name)}, and here is ${this.#here()}`, 'write "name": value');
    this.#at += 1;
    this.#space();
    this.#path.pop();
    const value = this.#under(name, start);
    if (!forbidden) object[name] = value;
  }

  /** The value that stands here, as a part of the one around it. */
  #under(part: PathPart, offset: number): unknown {
    const around = this.#mark;
    if (around !== null) {
      this.#mark = { offset };
      (around.parts ??= new Map()).set(String(part), this.#mark);
    }
    this.#path.push(part);
    const value = this.#value();
    this.#path.pop();
    this.#mark = around;
    return value;
  }

  #tally(name: string): void {
    const { count } = this.#options;
    if (count?.name !== name) return;
    this.#counted += 1;
    if (this.#counted > count.max) this.#stop('PLAN_TOO_LARGE', `has more than ${String(count.max)} steps`, 'split it into plans');
  }

  #string(): string {
    const start = this.#at;
    let from = start + 1;
    let text = '';
    for (let at = from; ; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === 34) {
        text += this.#text.slice(from, at);
        this.#at = at + 1;
        break;
      }
      if (code === 92) {
        text += this.#text.slice(from, at);
        this.#at = at;
        text += this.#escape();
        from = this.#at;
        at = from - 1;
      } else if (code < 32 || Number.isNaN(code)) {
        this.#at = Number.isNaN(code) ? this.#text.length : at;
        this.#stop('JSON_SYNTAX', Number.isNaN(code) ? 'a string is not closed' : 'a string holds a line break, tab or other control character', 'write \\n or \\t, and close each string with a double quote');
      }
    }
    if (!text.isWellFormed()) this.#say('TEXT_SURROGATE', start, 'a string holds half of a character (a lone surrogate)', 'write the whole pair, or the character itself');
    if (text.includes('\0')) this.#say('TEXT_NUL', start, 'a string holds a NUL character', 'remove \\u0000');
    return text;
  }

  #escape(): string {
    const kind = this.#text[this.#at + 1] ?? '';
    if (kind === 'u') {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.#stop('JSON_SYNTAX', `${quoted(`\\u${hex}`)} is no character`, 'write four hexadecimal digits after \\u');
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const char = Object.hasOwn(ESCAPES, kind) ? ESCAPES[kind] : undefined;
    if (char === undefined) this.#stop('JSON_SYNTAX', `${quoted(`\\${kind}`)} is no escape of JSON`, 'write a backslash as \\\\');
    this.#at += 2;
    return char;
  }
}
