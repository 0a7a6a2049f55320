import type { Event } from '../kernel/event.ts';
import { ENTRIES_PER_FOLDER } from '../kernel/limits.ts';
import { canonical, canonicalOfParsed, sha256Hex, sha256HexTwice } from './canonical.ts';
import type { RecordedInput } from './record-input.ts';

/** One append to the ledger, without its digest. */
export interface Entry {
  readonly schema: 'coo/entry.v1';
  readonly ledger: string;
  /** From 1, without gaps. */
  readonly seq: number;
  /** sha256 of the previous entry's bytes; empty in the first. */
  readonly prev: string;
  /** ISO 8601, UTC; never used for order. */
  readonly at: string;
  /** Version of the kernel's behaviour that decided. */
  readonly engine: number;
  /** Who appended. */
  readonly manager: string;
  readonly epoch: number;
  readonly inputs: readonly RecordedInput[];
  readonly events: readonly Event[];
  /** Everything committed with it. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

export interface EntryFault {
  readonly code: 'ENTRY_NOT_UTF8' | 'ENTRY_NOT_JSON' | 'ENTRY_NEWER' | 'ENTRY_SHAPE' | 'ENTRY_NOT_EXACT' | 'ENTRY_DIGEST';
  readonly message: string;
  readonly fix: string;
}

export type ParsedEntry = { readonly ok: true; readonly entry: Entry; readonly digest: string; /** sha256 of the whole file. */ readonly sha256: string } | { readonly ok: false; readonly fault: EntryFault };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const DIGEST_LINE = '"digest":"';
const DIGEST_END = '"}\n';
const DIGEST_DIGITS = 64;

/**
 * The exact bytes of an entry: a header line, one input, event and file a line, and last the digest, which is the sha256 of all bytes
 * before its own line. So `git show coo/ledger:<path> | head -n -1 | sha256sum` checks an entry by hand.
 */
export function renderEntry(entry: Entry): { readonly bytes: Uint8Array; readonly digest: string } {
  const { inputs, events, ...rest } = entry;
  return renderEntryLines({ ...rest, inputs: inputs.map(entryLine), events: events.map(entryLine) });
}

/** An entry whose inputs and events are lines already, each by `entryLine`. */
export type EntryOfLines = Omit<Entry, 'inputs' | 'events'> & { readonly inputs: readonly string[]; readonly events: readonly string[] };

/** One input or event as its line in an entry. Throws CANONICAL_UNSAYABLE. */
export function entryLine(value: RecordedInput | Event): string {
  return canonical(value);
}

/** The same as `renderEntry`, for who rendered the lines to know their size. */
export function renderEntryLines(entry: EntryOfLines): { readonly bytes: Uint8Array; readonly digest: string } {
  const body = `${renderHeader(entry)}${joinLines('inputs', entry.inputs)}${joinLines('events', entry.events)}${joinLines('files', entry.files.map(canonical))}`;
  const digest = sha256Hex(body);
  return { bytes: encoder.encode(`${body}${DIGEST_LINE}${digest}${DIGEST_END}`), digest };
}

function joinLines(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `"${name}":[],\n` : `"${name}":[\n${lines.join(',\n')}\n],\n`;
}

function renderHeader(entry: Omit<Entry, 'inputs' | 'events' | 'files'>): string {
  const { schema, ledger, seq, prev, at, engine, manager, epoch } = entry;
  return `${canonical({ schema, ledger, seq, prev, at, engine, manager, epoch }).slice(0, -1)},\n`;
}

/** Hands out the text before the digest's line piece by piece, and stops when `take` says false. */
function renderBody(entry: Entry, line: (value: unknown) => string, take: (part: string) => boolean): boolean {
  return take(renderHeader(entry)) && renderLines('inputs', entry.inputs, line, take) && renderLines('events', entry.events, line, take) && renderLines('files', entry.files, line, take);
}

function renderLines(name: string, values: readonly unknown[], line: (value: unknown) => string, take: (part: string) => boolean): boolean {
  if (values.length === 0) return take(`"${name}":[],\n`);
  for (let at = 0; at < values.length; at += 1) {
    if (!take(at === 0 ? `"${name}":[\n` : ',\n') || !take(line(values[at]))) return false;
  }
  return take('\n],\n');
}

/** Where the body ends in `text`; undefined when the text does not begin with exactly the entry's body. */
function matchBody(entry: Entry, text: string, line: (value: unknown) => string): number | undefined {
  let at = 0;
  const isExact = renderBody(entry, line, (part) => {
    const from = at;
    at += part.length;
    // A slice and not startsWith, which compares character by character.
    return text.slice(from, at) === part;
  });
  return isExact ? at : undefined;
}

/** Reads an entry and proves that its bytes are exactly what `renderEntry` gives, digest included. */
export function parseEntry(bytes: Uint8Array, path: string): ParsedEntry {
  return parse(bytes, path, endOfExactBody);
}

/**
 * Reads an entry and proves that it is what was written, by its digest: what a load needs, at half the cost. That whoever wrote it rendered it exactly
 * is left to `parseEntry`, and so to `coo verify`.
 */
export function loadEntry(bytes: Uint8Array, path: string): ParsedEntry {
  return parse(bytes, path, (_, text) => text.length - DIGEST_LINE.length - DIGEST_DIGITS - DIGEST_END.length);
}

/** Where the body ends that `renderEntry` gives for this entry; undefined when the text does not begin with it. */
function endOfExactBody(entry: Entry, text: string): number | undefined {
  // Only an escape can be a lone surrogate. What does not match is rendered with every check, which tell why.
  const end = text.includes('\\ud') ? undefined : matchBody(entry, text, canonicalOfParsed);
  return end ?? matchBody(entry, text, canonical);
}

function parse(bytes: Uint8Array, path: string, endOfBody: (entry: Entry, text: string) => number | undefined): ParsedEntry {
  let text: string;
  let value: (Entry & { readonly digest?: unknown }) | null;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    return fault('ENTRY_NOT_UTF8', `${path} is not UTF-8 (${String(cause)})`);
  }
  try {
    value = JSON.parse(text) as typeof value;
  } catch (cause) {
    return fault('ENTRY_NOT_JSON', `${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (typeof value !== 'object' || value === null) return fault('ENTRY_SHAPE', `${path} is not an entry`);
  const schema: string = value.schema;
  if (schema !== 'coo/entry.v1') {
    const newer = typeof schema === 'string' && schema.startsWith('coo/entry.v');
    return newer ? { ok: false, fault: { code: 'ENTRY_NEWER', message: `${path} was written by a newer coo (${schema})`, fix: 'upgrade coo' } } : fault('ENTRY_SHAPE', `${path} is not an entry`);
  }
  if (!Array.isArray(value.inputs) || !Array.isArray(value.events) || !Array.isArray(value.files)) return fault('ENTRY_SHAPE', `${path} lacks inputs, events or files`);
  const { digest, ...entry } = value;
  let end: number | undefined;
  try {
    end = endOfBody(entry, text);
  } catch (cause) {
    return fault('ENTRY_SHAPE', `${path} holds what JSON cannot say: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (end === undefined || typeof digest !== 'string' || text.slice(end) !== `${DIGEST_LINE}${digest}${DIGEST_END}`) return fault('ENTRY_NOT_EXACT', `${path} is not byte for byte what coo renders`);
  // The last line is ASCII, so that its length in bytes is that of its text.
  const [body, sha256] = sha256HexTwice(bytes, bytes.length - (text.length - end));
  if (digest !== body) return fault('ENTRY_DIGEST', `${path} does not have the digest that it states`);
  return { ok: true, entry, digest, sha256 };
}

function fault(code: EntryFault['code'], message: string): ParsedEntry {
  return { ok: false, fault: { code, message, fix: 'coo verify' } };
}

/** `_report/ledger/000/012/345.json` for entry 12345. */
export function entryPath(seq: number): string {
  const digits = String(seq).padStart(9, '0');
  return `_report/ledger/${digits.slice(0, -6)}/${digits.slice(-6, -3)}/${digits.slice(-3)}.json`;
}

/** The inverse of `entryPath`; undefined for any other path. */
export function entrySeq(path: string): number | undefined {
  const found = /^_report\/ledger\/([0-9]{3,})\/([0-9]{3})\/([0-9]{3})\.json$/.exec(path);
  if (found === null) return undefined;
  const seq = (Number(found[1]) * ENTRIES_PER_FOLDER + Number(found[2])) * ENTRIES_PER_FOLDER + Number(found[3]);
  return entryPath(seq) === path ? seq : undefined;
}
