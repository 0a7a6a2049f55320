import type { ReadOptions } from './document.ts';
import { quoted } from './fault.ts';
import { MAX_DEPTH, MAX_YAML_ALIASES, MAX_YAML_TOKENS } from './limits.ts';

/** Thrown at the first token beyond a cap, or that is not read at all: what comes after it is not looked at. */
export class TooMuch extends Error {
  readonly code: string;
  readonly offset: number;
  readonly fix: string;

  constructor(code: string, offset: number, message: string, fix: string) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.fix = fix;
  }
}

/** Marks of the lexer that stand for nothing in the text. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

/** Counts tokens, nesting on one line, aliases and steps. `add` throws TooMuch. */
export class Count {
  readonly #options: ReadOptions;
  #offset = 0;
  #tokens = 0;
  #flow = 0;
  #compact = 0;
  #aliases = 0;
  #counted = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  add(token: string): void {
    if (MARKS.has(token)) return;
    this.#tokens += 1;
    if (this.#tokens > MAX_YAML_TOKENS) this.#no('YAML_TOO_LARGE', `has more than ${String(MAX_YAML_TOKENS)} tokens`, 'split it, or write JSON');
    this.#look(token);
    this.#tally(token);
    this.#offset += token.length;
  }

  #no(code: string, message: string, fix: string): never {
    throw new TooMuch(code, this.#offset, message, fix);
  }

  #look(token: string): void {
    const first = token[0];
    if (first === '[' || first === '{') this.#flow += 1;
    else if (first === ']' || first === '}') this.#flow -= 1;
    else if (first === '\n' || first === '\r') this.#compact = 0;
    else if (this.#flow === 0 && (token === '-' || token === '?' || token === ':')) this.#compact += 1;
    else if (first === '*') this.#aliases += 1;
    else if (first === '!' || first === '%') this.#no(first === '!' ? 'YAML_TAG' : 'YAML_DIRECTIVE', `${quoted(token)} is a ${first === '!' ? 'tag' : 'directive'}`, 'leave it out; put quotes round text that begins so');
    // The package makes an error of each of these; one is enough.
    if (first === '"' && badEscape(token)) this.#no('YAML_SYNTAX', `${quoted(token)} holds a backslash that escapes nothing`, 'write \\\\ for a backslash, or use single quotes');
    if (this.#flow < 0) this.#no('YAML_SYNTAX', `${quoted(token)} closes nothing`, 'remove it, or put quotes round the text');
    if (this.#flow > MAX_DEPTH || (this.#flow === 0 && this.#compact > MAX_DEPTH)) this.#no('YAML_TOO_DEEP', `is nested deeper than ${String(MAX_DEPTH)}`, 'make it flatter');
    if (this.#aliases > MAX_YAML_ALIASES) this.#no('YAML_ALIASES', `has more than ${String(MAX_YAML_ALIASES)} aliases`, 'write the values out');
  }

  #tally(token: string): void {
    const { count } = this.#options;
    if (count === undefined || (token !== count.name && token !== `"${count.name}"`)) return;
    this.#counted += 1;
    if (this.#counted > count.max) this.#no('PLAN_TOO_LARGE', `has more than ${String(count.max)} steps`, 'split it into plans');
  }
}

const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|[\s\S])/g;
const SIMPLE_ESCAPES = '0abtnvfe "/\\N_LP\t\r\n';

function badEscape(token: string): boolean {
  for (const [, escaped = ''] of token.matchAll(ESCAPE)) if (escaped.length === 1 && !SIMPLE_ESCAPES.includes(escaped)) return true;
  return false;
}
