/** `error`: the file is not taken. `warning`: it is, and its author is told. */
export type Severity = 'error' | 'warning';

/** One thing wrong with a file of somebody's: what, where, and what to do. Codes are stable. */
export interface Fault {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** JSON pointer (RFC 6901) of the value; empty for the whole file. */
  readonly pointer: string;
  readonly fix: string;
}

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export const START: Place = { line: 1, column: 1 };

/** More faults than this are counted, not listed. */
export const MAX_FAULTS = 100;

export type PathPart = string | number;

/** A JSON pointer from its parts, escaped. */
export function pointerOf(parts: readonly PathPart[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The parts of a JSON pointer, unescaped. */
export function partsOf(pointer: string): readonly string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Characters that a reader does not see, or that move what he sees: controls, zero-width, bidirectional, tag and filler characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0\u{e0000}-\u{e0fff}]/gu;

/** The first hidden character of a text, as `U+200B`. Tab and line ends are not hidden. */
export function hiddenIn(text: string): string | undefined {
  for (const [found] of text.matchAll(HIDDEN)) {
    if (found !== '\t' && found !== '\n' && found !== '\r') return `U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return undefined;
}

/** The text in one line, with its hidden characters written out. */
export function escapeHidden(text: string): string {
  return text.replaceAll(HIDDEN, (char) => (char === '\n' ? '\\n' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`));
}

/** Outside text for a message: shortened, quoted, with everything escaped that could hide or move the cursor. */
export function quoted(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return escapeHidden(JSON.stringify(short));
}

/** `_plans/x.plan.yaml:12:5 CODE message` and, below it, the fix. */
export function formatFault(fault: Fault): string {
  const kind = fault.severity === 'warning' ? 'warning ' : '';
  return `${escapeHidden(fault.file)}:${String(fault.line)}:${String(fault.column)} ${kind}${fault.code} ${escapeHidden(fault.message)}\n  fix: ${escapeHidden(fault.fix)}`;
}

/** Gathers the faults of one file, at most `MAX_FAULTS` of them. */
export class Faults {
  readonly #file: string;
  readonly #placeOf: (pointer: string) => Place;
  readonly #list: Fault[] = [];
  #errors = 0;
  #more = 0;

  constructor(file: string, placeOf: (pointer: string) => Place) {
    this.#file = file;
    this.#placeOf = placeOf;
  }

  error(code: string, pointer: string, message: string, fix: string): void {
    this.#add('error', code, pointer, message, fix);
  }

  warning(code: string, pointer: string, message: string, fix: string): void {
    this.#add('warning', code, pointer, message, fix);
  }

  /** Counts an error that is not listed any more. */
  unlisted(): void {
    this.#more += 1;
  }

  #add(severity: Severity, code: string, pointer: string, message: string, fix: string): void {
    if (this.#list.length >= MAX_FAULTS) {
      if (severity === 'warning') return;
      if (this.full) {
        this.unlisted();
        return;
      }
      // No number of warnings may hide why a file is refused.
      this.#list.splice(this.#list.findLastIndex((fault) => fault.severity === 'warning'), 1);
    }
    if (severity === 'error') this.#errors += 1;
    this.#list.push({ code, severity, message, file: this.#file, ...this.#placeOf(pointer), pointer, fix });
  }

  /** All of them, in the order of the file. */
  get all(): readonly Fault[] {
    const list = this.#list.toSorted((a, b) => a.line - b.line || a.column - b.column);
    if (this.#more > 0) list.push({ code: 'MORE_FAULTS', severity: 'error', message: `and ${String(this.#more)} more`, file: this.#file, ...START, pointer: '', fix: 'mend the ones above first' });
    return list;
  }

  /** No more errors are listed, so what is dear to find out need not be. */
  get full(): boolean {
    return this.#errors >= MAX_FAULTS;
  }

  get failed(): boolean {
    return this.#errors > 0;
  }
}
