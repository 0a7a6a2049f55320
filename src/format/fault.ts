/** What is wrong with a file that somebody wrote: where exactly, and what to write instead. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** JSON pointer (RFC 6901); empty for the whole document. */
  readonly pointer: string;
  readonly severity: 'error' | 'warning';
}

/** A place in a text, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a file said, and where in it each part stands. */
export interface Located {
  readonly value: unknown;
  /** The place of a value (or of its key) by JSON pointer; of the nearest part around it when the pointer leads nowhere. */
  readonly locate: (pointer: string, what?: 'value' | 'key') => Place;
}

export type ReadLocated = { readonly ok: true; readonly document: Located } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Bounds on what strangers may hand in, checked before anything is built from it. */
export interface Caps {
  readonly bytes: number;
  readonly depth: number;
  /** Members of objects and elements of arrays, over the whole document. */
  readonly members: number;
}

/** More than this many faults of one file help nobody. */
export const MAX_FAULTS = 100;

/** `_plans/x.plan.yaml:12:5 CODE message` and, below it, the fix. */
export function formatFault(fault: Fault): string {
  const kind = fault.severity === 'warning' ? 'warning ' : '';
  return `${escapeHidden(fault.file)}:${String(fault.line)}:${String(fault.column)} ${kind}${fault.code} ${escapeHidden(fault.message)}\n  fix: ${escapeHidden(fault.fix)}`;
}

/** One reference token of a JSON pointer. */
export function pointerPart(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * Characters that a reader does not see, or that reorder what he sees: controls other than tab and line ends, zero-width, bidirectional, tag and
 * interlinear ones, lone surrogates.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** The first hidden character of a text, as `U+200B`; undefined when there is none. Tab and line ends are not hidden. */
export function hiddenIn(text: string): string | undefined {
  for (const [found] of text.matchAll(HIDDEN)) if (found !== '\t' && found !== '\n' && found !== '\r') return codePoint(found);
  return undefined;
}

/** The text with its hidden characters written out, as `\u{200B}`. Tab and line ends too, since it is meant for one line. */
export function escapeHidden(text: string): string {
  return text.replaceAll(HIDDEN, (found) => (found === '\n' ? '\\n' : found === '\t' ? '\\t' : `\\u{${(found.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`));
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

const QUOTED = 60;

/** An outsider's text as it may stand in a message: cut short, hidden characters written out. */
export function quote(text: string): string {
  return `"${escapeHidden(text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text)}"`;
}
