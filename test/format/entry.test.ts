import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/format/canonical.ts';
import { entryPath, entrySeq, loadEntry, parseEntry, renderEntry } from '../../src/format/entry.ts';
import type { Entry, EntryFault, EntrySignature } from '../../src/format/entry.ts';
import type { Event } from '../../src/kernel/event.ts';
import { org } from '../support/state-builder.ts';

const words = fc.string({ unit: 'binary', maxLength: 20 });
const seq = fc.integer({ min: 1, max: 1_000_000_000 });
const events = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('noted' as const), by: words, text: words }),
    fc.record({ type: fc.constant('paused' as const), scope: fc.constant('all' as const), by: words, reason: words }),
    fc.record({ type: fc.constant('run.progress' as const), plan_id: fc.constant('p'), step_id: fc.constant('s'), fence: seq, text: words }),
    fc.constant<Event>({ type: 'org.set', digest: 'd'.repeat(64), org: org() }),
  ),
  { maxLength: 6 },
);
const entries: fc.Arbitrary<Entry> = fc.record({
  schema: fc.constant('coo/entry.v1' as const),
  ledger: words,
  seq,
  prev: fc.constantFrom('', 'a'.repeat(64)),
  at: fc.constant('2030-01-01T00:00:00.000Z'),
  engine: fc.constant(1),
  manager: words,
  epoch: fc.nat(),
  inputs: fc.array(fc.record({ type: fc.constant('tick' as const), at_ms: fc.nat() }), { maxLength: 3 }),
  events,
  files: fc.array(fc.record({ path: words, sha256: fc.constant('b'.repeat(64)) }), { maxLength: 3 }),
});

function faultOf(bytes: Uint8Array, read: typeof parseEntry | typeof loadEntry = parseEntry): EntryFault['code'] | undefined {
  const parsed = read(bytes, 'x.json');
  return parsed.ok ? undefined : parsed.fault.code;
}

const signatures: fc.Arbitrary<EntrySignature | undefined> = fc.option(fc.record({ by: fc.constantFrom('ann', 'op+coo@example.org'), sshsig: fc.base64String({ minLength: 4, maxLength: 300 }) }), { nil: undefined });

const plain: Entry = { schema: 'coo/entry.v1', ledger: 'l', seq: 1, prev: '', at: '2030-01-01T00:00:00.000Z', engine: 1, manager: 'm', epoch: 1, inputs: [], events: [{ type: 'noted', by: 'op', text: 'x' }], files: [] };
const { bytes: plainBytes } = renderEntry(plain);
const plainText = Buffer.from(plainBytes).toString();

/** The entry's text changed and its digest made right again: what only the form can find. */
function resealed(change: (text: string) => string): Uint8Array {
  const changed = change(plainText);
  const body = changed.slice(0, changed.lastIndexOf('"digest"'));
  return Buffer.from(`${body}"digest":"${sha256Hex(body)}"}\n`);
}

/** A signed entry's text with its last line changed. */
function resigned(line: string): Uint8Array {
  const text = Buffer.from(renderEntry(plain, () => ({ by: 'ann', sshsig: 'U1NI' })).bytes).toString();
  return Buffer.from(text.replace(/^"signature":.*\n$/m, line));
}

describe('the signature of an entry', () => {
  it('stands on a line of its own, and changes nothing above it', () => {
    const { bytes } = renderEntry(plain, (digest) => ({ by: 'ann', sshsig: digest.slice(0, 4) }));
    const [lines, before] = [Buffer.from(bytes).toString().split('\n'), plainText.split('\n')];
    const digest = before.at(-2)?.slice(0, -1) ?? '';
    expect(lines).toEqual([...before.slice(0, -2), `${digest},`, `"signature":{"by":"ann","sshsig":"${digest.slice(10, 14)}"}}`, '']);
  });

  it.each<[string, EntryFault['code'] | undefined, string]>([
    ['as coo writes it', undefined, '"signature":{"by":"ann","sshsig":"U1NI"}}\n'],
    ['by nobody', 'ENTRY_SHAPE', '"signature":{"sshsig":"U1NI"}}\n'],
    ['by a pattern', 'ENTRY_SHAPE', '"signature":{"by":"*","sshsig":"U1NI"}}\n'],
    ['that is null', 'ENTRY_SHAPE', '"signature":null}\n'],
    ['that is a text', 'ENTRY_SHAPE', '"signature":"U1NI"}\n'],
    ['with more in it', 'ENTRY_SHAPE', '"signature":{"at":1,"by":"ann","sshsig":"U1NI"}}\n'],
    ['with no base64', 'ENTRY_SHAPE', '"signature":{"by":"ann","sshsig":"U1N-"}}\n'],
    ['without end', 'ENTRY_SHAPE', `"signature":{"by":"ann","sshsig":"${'A'.repeat(513)}"}}\n`],
    ['out of order', 'ENTRY_NOT_EXACT', '"signature":{"sshsig":"U1NI","by":"ann"}}\n'],
    ['with white space', 'ENTRY_NOT_EXACT', '"signature": {"by":"ann","sshsig":"U1NI"}}\n'],
    ['with an escape', 'ENTRY_NOT_EXACT', '"signature":{"by":"\\u0061nn","sshsig":"U1NI"}}\n'],
    ['and more behind it', 'ENTRY_NOT_EXACT', '"signature":{"by":"ann","sshsig":"U1NI"},"more":1}\n'],
    ['twice', 'ENTRY_NOT_EXACT', '"signature":{"by":"bob","sshsig":"U1NI"},\n"signature":{"by":"ann","sshsig":"U1NI"}}\n'],
  ])('%s: %s', (_what, code, line) => {
    for (const read of [parseEntry, loadEntry]) expect(faultOf(resigned(line), read)).toBe(code);
  });
});

describe('an entry', () => {
  it('comes back from its bytes as it was, with its digests', () => {
    fc.assert(
      fc.property(entries, signatures, (entry, signature) => {
        const sign = signature === undefined ? undefined : (): EntrySignature => signature;
        const { bytes, digest } = renderEntry(entry, sign);
        const parsed = parseEntry(bytes, 'x.json');
        expect(parsed).toEqual({ ok: true, entry, digest, signature, sha256: sha256Hex(bytes) });
        expect(renderEntry(entry).digest).toBe(digest);
        const { inputs: _, ...loaded } = entry;
        expect(loadEntry(bytes, 'x.json')).toEqual({ ...parsed, entry: loaded });
        if (!parsed.ok) return;
        expect(Buffer.from(renderEntry(parsed.entry, sign).bytes)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('can be checked by hand: its digest is that of all lines but the last', () => {
    const lines = plainText.trimEnd().split('\n');
    expect(lines.at(-1)).toBe(`"digest":"${sha256Hex(`${lines.slice(0, -1).join('\n')}\n`)}"}`);
    expect(JSON.parse(plainText)).toMatchObject(plain);
  });

  it('with any single bit changed is found out', () => {
    fc.assert(
      fc.property(entries, signatures, fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.integer({ min: 0, max: 7 }), (entry, signature, share, bit) => {
        const bytes = Buffer.from(renderEntry(entry, signature === undefined ? undefined : () => signature).bytes);
        const end = bytes.lastIndexOf('"signature"');
        // What is in a signature is proven by the signature: it may not be touched for being part of the file, which the next entry's `prev` is for.
        const at = Math.floor(share * (end < 0 ? bytes.length : end));
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        for (const read of [parseEntry, loadEntry]) expect(faultOf(bytes, read)).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it('with every single bit of a small one changed is found out', () => {
    for (let bit = 0; bit < plainBytes.length * 8; bit += 1) {
      const bytes = Buffer.from(plainBytes);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      for (const read of [parseEntry, loadEntry]) expect(faultOf(bytes, read), `bit ${String(bit)}`).toBeDefined();
    }
  });

  it('cut off anywhere is found out', () => {
    for (let length = 0; length < plainBytes.length; length += 1) for (const read of [parseEntry, loadEntry]) expect(faultOf(plainBytes.subarray(0, length), read), String(length)).toBeDefined();
  });

  it.each<[string, EntryFault['code'], Uint8Array]>([
    ['more white space', 'ENTRY_NOT_EXACT', resealed((text) => text.replace('"by":', '"by": '))],
    ['members out of order', 'ENTRY_NOT_EXACT', resealed((text) => text.replace('"by":"op","text":"x"', '"text":"x","by":"op"'))],
    ['a member twice', 'ENTRY_NOT_EXACT', resealed((text) => text.replace('"by":"op"', '"by":"me","by":"op"'))],
    ['a member too many at the top', 'ENTRY_NOT_EXACT', resealed((text) => text.replace('"epoch":1', '"epoch":1,"extra":1'))],
    ['another way to write a letter', 'ENTRY_NOT_EXACT', resealed((text) => text.replace('"x"', '"\\u0078"'))],
    ['another way to write a number', 'ENTRY_NOT_EXACT', resealed((text) => text.replace('"epoch":1', '"epoch":1.0'))],
    ['-0', 'ENTRY_SHAPE', resealed((text) => text.replace('"epoch":1', '"epoch":-0'))],
    ['a lone surrogate', 'ENTRY_SHAPE', resealed((text) => text.replace('"x"', '"\\ud800"'))],
    ['something behind its end', 'ENTRY_NOT_EXACT', Buffer.from(`${plainText}\n`)],
    ['a digest that is not its own', 'ENTRY_DIGEST', Buffer.from(plainText.replace(/[0-9a-f]{64}/, 'f'.repeat(64)))],
    ['a digest that is no text', 'ENTRY_NOT_EXACT', Buffer.from(plainText.replace(/"[0-9a-f]{64}"/, '1'))],
    ['a byte order mark', 'ENTRY_NOT_JSON', Buffer.from(`\ufeff${plainText}`)],
    ['bytes that are not UTF-8', 'ENTRY_NOT_UTF8', Buffer.concat([Buffer.from([0xff]), plainBytes])],
    ['a newer version', 'ENTRY_NEWER', resealed((text) => text.replace('entry.v1', 'entry.v2'))],
    ['another schema', 'ENTRY_SHAPE', resealed((text) => text.replace('entry.v1', 'order.v1'))],
    ['no events', 'ENTRY_SHAPE', resealed((text) => text.replace('"events"', '"event"'))],
    ['nothing but null', 'ENTRY_SHAPE', Buffer.from('null')],
    ['nothing but a number', 'ENTRY_SHAPE', Buffer.from('1')],
    ['nothing', 'ENTRY_NOT_JSON', Buffer.from('')],
  ])('with %s is refused', (_what, code, bytes) => {
    expect(faultOf(bytes)).toBe(code);
  });

  it('that is whole by its digest is loaded, however it was rendered; to prove that is for who verifies', () => {
    const loose = resealed((text) => text.replace('"by":', '"by": '));
    expect([faultOf(loose, loadEntry), faultOf(loose, parseEntry)]).toEqual([undefined, 'ENTRY_NOT_EXACT']);
  });

  it.each<[string, EntryFault['code'], Uint8Array]>([
    ['something behind its end', 'ENTRY_NOT_EXACT', Buffer.from(`${plainText}\n`)],
    ['a digest that is not its own', 'ENTRY_DIGEST', Buffer.from(plainText.replace(/[0-9a-f]{64}/, 'f'.repeat(64)))],
    ['a body that is not that of its digest', 'ENTRY_DIGEST', Buffer.from(plainText.replace('"x"', '"y"'))],
    ['a digest that is no text', 'ENTRY_NOT_EXACT', Buffer.from(plainText.replace(/"[0-9a-f]{64}"/, '1'))],
    ['a digest before the end', 'ENTRY_NOT_EXACT', Buffer.from(plainText.replace(/"}\n$/, '" }\n'))],
    ['bytes that are not UTF-8', 'ENTRY_NOT_UTF8', Buffer.concat([Buffer.from([0xff]), plainBytes])],
    ['a newer version', 'ENTRY_NEWER', resealed((text) => text.replace('entry.v1', 'entry.v2'))],
  ])('with %s is not loaded', (_what, code, bytes) => {
    expect(faultOf(bytes, loadEntry)).toBe(code);
  });

  it('has a path of its own, and no other path is one', () => {
    expect(entryPath(12_345)).toBe('_report/ledger/000/012/345.json');
    fc.assert(fc.property(seq, (number) => {
        expect(entrySeq(entryPath(number))).toBe(number);
      }));
    for (const path of ['_report/ledger/000/012/345.jso', '_report/ledger/0000/012/345.json', '_report/ledger/00/012/345.json', 'x/_report/ledger/000/012/345.json', '_report/ledger/000/012/345.json/x', '_report/ledger/000/012/x45.json']) expect(entrySeq(path), path).toBeUndefined();
  });
});
