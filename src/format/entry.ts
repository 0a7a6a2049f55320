import type { Event } from '../kernel/event.ts';
import { ENTRIES_PER_FOLDER } from '../kernel/limits.ts';
import { isPrincipal } from '../kernel/signers.ts';
import { canonical, canonicalOfParsed, sha256Hex, sha256HexTwice } from './canonical.ts';
import { endOfPlainLists } from './plain-lines.ts';
import type { RecordedInput } from './record-input.ts';
import { having, matching } from './shape.ts';

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

/** Who vouches for an entry: an SSHSIG over `signedText` of its digest, in base64. Whether it is good is for who verifies. */
export interface EntrySignature {
  /** The signer's principal. */
  readonly by: string;
  readonly sshsig: string;
}

export interface EntryFault {
  readonly code: 'ENTRY_NOT_UTF8' | 'ENTRY_NOT_JSON' | 'ENTRY_NEWER' | 'ENTRY_SHAPE' | 'ENTRY_NOT_EXACT' | 'ENTRY_DIGEST';
  readonly message: string;
  readonly fix: string;
}

/** What a load needs of an entry: why it came about is for who replays or verifies. */
export type LoadedEntry = Omit<Entry, 'inputs'>;

export type ParsedEntry<E = Entry> = { readonly ok: true; readonly entry: E; readonly digest: string; /** undefined: nobody signed it. */ readonly signature: EntrySignature | undefined; /** sha256 of the whole file. */ readonly sha256: string } | { readonly ok: false; readonly fault: EntryFault };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NEWLINE = 0x0a;
/** Members that have a line for each of their values, in their order. */
const LISTS = ['inputs', 'events', 'files'];
const DIGEST = /^[0-9a-f]{64}$/;
const anEntrySignature = having<EntrySignature>({ by: (value) => typeof value === 'string' && isPrincipal(value), sshsig: matching(/^[A-Za-z0-9+/=]{1,512}$/) });

/**
 * The exact bytes of an entry: a header line, one input, event and file a line, then the digest, which is the sha256 of all bytes
 * before its own line, and last, where somebody signs it, the signature. So `git show coo/ledger:<path> | sed '/^"digest"/,$d' | sha256sum`
 * checks an entry by hand.
 */
export function renderEntry(entry: Entry, sign?: Sign): { readonly bytes: Uint8Array; readonly digest: string } {
  const { inputs, events, ...rest } = entry;
  return renderEntryLines({ ...rest, inputs: inputs.map(entryLine), events: events.map(entryLine) }, sign);
}

/** Vouches for the digest of an entry. */
export type Sign = (digest: string) => EntrySignature;

/** What is signed of an entry: the 64 digits of its digest and a newline. */
export function signedText(digest: string): string {
  return `${digest}\n`;
}

/** An entry whose inputs and events are lines already, each by `entryLine`. */
export type EntryOfLines = Omit<Entry, 'inputs' | 'events'> & { readonly inputs: readonly string[]; readonly events: readonly string[] };

/** One input or event as its line in an entry. Throws CANONICAL_UNSAYABLE. */
export function entryLine(value: RecordedInput | Event): string {
  return canonical(value);
}

/** The same as `renderEntry`, for who rendered the lines to know their size. */
export function renderEntryLines(entry: EntryOfLines, sign?: Sign): { readonly bytes: Uint8Array; readonly digest: string } {
  const body = `${renderHeader(entry)}${joinLines('inputs', entry.inputs)}${joinLines('events', entry.events)}${joinLines('files', entry.files.map(canonical))}`;
  const digest = sha256Hex(body);
  return { bytes: encoder.encode(`${body}${renderTail(digest, sign?.(digest))}`), digest };
}

/** The last line of an entry, or its last two. ASCII, so that its length in bytes is that of its text. */
function renderTail(digest: string, signature: EntrySignature | undefined): string {
  return signature === undefined ? `"digest":"${digest}"}\n` : `"digest":"${digest}",\n"signature":${canonical(signature)}}\n`;
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
  return parse(bytes, path, (text) => text, endOfExactBody);
}

/**
 * Reads an entry and proves that it is what was written, by its digest: what a load needs, at a third of the cost. That whoever wrote it rendered it
 * exactly is left to `parseEntry`, and so to `coo verify`; its inputs are not looked at.
 */
export function loadEntry(bytes: Uint8Array, path: string): ParsedEntry<LoadedEntry> {
  const parsed = parse(bytes, path, withoutInputs, (_, text, tail) => text.length - tail.length);
  if (!parsed.ok) return parsed;
  const { inputs: _, ...entry } = parsed.entry;
  return { ...parsed, entry };
}

/** The text of an entry with no inputs. In what coo renders a line break stands between lines alone, never in a value. */
function withoutInputs(text: string): string {
  const from = text.indexOf('\n') + 1;
  const to = text.startsWith('"inputs":[\n', from) ? text.indexOf('\n],\n"events":', from) : -1;
  return to === -1 ? text : `${text.slice(0, from)}"inputs":[]${text.slice(to + 2)}`;
}

/** Where the body ends that `renderEntry` gives for this entry; undefined when the text does not begin with it. */
function endOfExactBody(entry: Entry, text: string, tail: string, bytes: Uint8Array): number | undefined {
  const header = renderHeader(entry);
  const isPlain = text.startsWith(header) && endOfPlainLists(bytes, LISTS, bytes.indexOf(NEWLINE) + 1) === bytes.length - tail.length;
  if (isPlain) return text.length - tail.length;
  // Only an escape can be a lone surrogate. What does not match is rendered with every check, which tell why.
  const end = text.includes('\\ud') ? undefined : matchBody(entry, text, canonicalOfParsed);
  return end ?? matchBody(entry, text, canonical);
}

function parse(bytes: Uint8Array, path: string, wanted: (text: string) => string, endOfBody: (entry: Entry, text: string, tail: string, bytes: Uint8Array) => number | undefined): ParsedEntry {
  let text: string;
  let value: (Entry & { readonly digest?: unknown; readonly signature?: EntrySignature }) | null;
  try {
    text = decoder.decode(bytes);
  } catch (cause) {
    return fault('ENTRY_NOT_UTF8', `${path} is not UTF-8 (${String(cause)})`);
  }
  try {
    value = JSON.parse(wanted(text)) as typeof value;
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
  const { digest, signature, ...entry } = value;
  if (signature !== undefined && !anEntrySignature(signature)) return fault('ENTRY_SHAPE', `${path} has a signature that is not of the form {by, sshsig}`);
  const tail = typeof digest === 'string' && DIGEST.test(digest) ? renderTail(digest, signature) : '';
  let end: number | undefined;
  try {
    end = endOfBody(entry, text, tail, bytes);
  } catch (cause) {
    return fault('ENTRY_SHAPE', `${path} holds what JSON cannot say: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (end === undefined || typeof digest !== 'string' || tail === '' || text.slice(end) !== tail) return fault('ENTRY_NOT_EXACT', `${path} is not byte for byte what coo renders`);
  const [body, sha256] = sha256HexTwice(bytes, bytes.length - tail.length);
  if (digest !== body) return fault('ENTRY_DIGEST', `${path} does not have the digest that it states`);
  return { ok: true, entry, digest, signature, sha256 };
}

function fault(code: EntryFault['code'], message: string): ParsedEntry<never> {
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
