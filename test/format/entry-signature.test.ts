import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { checkSignature, coordinatorOf } from '../../src/format/entry-signature.ts';
import { parseEntry, renderEntry, signedText } from '../../src/format/entry.ts';
import type { Entry, ParsedEntry } from '../../src/format/entry.ts';
import { keyOfSeed } from '../../src/format/ssh-key.ts';
import { signSsh } from '../../src/format/sshsig.ts';
import type { Signer, Signers } from '../../src/kernel/signers.ts';
import { sshVerify } from '../support/ssh-keygen.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-signed-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const [first, second, stranger] = [1, 2, 3].map((byte) => keyOfSeed(Buffer.alloc(32, byte), '')) as [ReturnType<typeof keyOfSeed>, ReturnType<typeof keyOfSeed>, ReturnType<typeof keyOfSeed>];
const AT = '2030-01-02T03:04:05.678Z';
const AT_MS = Date.parse(AT);
const entry: Entry = { schema: 'coo/entry.v1', ledger: 'l', seq: 1, prev: '', at: AT, engine: 2, manager: 'm', epoch: 1, inputs: [], events: [{ type: 'noted', by: 'op', text: 'x' }], files: [] };

const signer = (key: typeof first, more: Partial<Signer> = {}): Signer => ({ principal: 'ann', key: key.public.line, roles: ['coordinator'], ...more });
const listOf = (version: number, ...signers: readonly Signer[]): Signers => ({ version, digest: 'd', signers });

type Parsed = ParsedEntry & { readonly ok: true };
function parsed(bytes: Uint8Array): Parsed {
  const read = parseEntry(bytes, 'x.json');
  if (!read.ok) throw new Error(read.fault.message);
  return read;
}
function signed(key = first, by = 'ann', namespace: 'entry@git-coo' | 'approval@git-coo' = 'entry@git-coo', of = entry): Parsed {
  return parsed(renderEntry(of, (digest) => ({ by, sshsig: signSsh(signedText(digest), namespace, key) })).bytes);
}
function codeOf(entryRead: Parsed, signers: Signers | null, mode: 'dev' | 'governed' = 'dev'): string {
  const verdict = checkSignature(entryRead, signers, mode);
  return verdict.kind === 'bad' ? verdict.code : verdict.kind === 'good' ? `good by ${verdict.by}` : verdict.kind;
}

it('an entry that nobody signed is unsigned in dev, and a finding in governed mode', () => {
  const plain = parsed(renderEntry(entry).bytes);
  expect(codeOf(plain, listOf(1, signer(first)))).toBe('unsigned');
  expect(codeOf(plain, listOf(1, signer(first)), 'governed')).toBe('SIGNATURE_MISSING');
  expect(codeOf(plain, listOf(1), 'governed')).toBe('SIGNATURE_MISSING');
  expect(codeOf(plain, null, 'governed')).toBe('unsigned');
});

it('a signature is good by a key, under a name, in a role and at a time that the list has', () => {
  expect(codeOf(signed(), listOf(1, signer(first)))).toBe('good by ann');
  expect(codeOf(signed(), listOf(1, signer(first)), 'governed')).toBe('good by ann');
  expect(codeOf(signed(), null)).toBe('SIGNATURE_UNKNOWN_KEY');
  expect(codeOf(signed(stranger), listOf(1, signer(first)))).toBe('SIGNATURE_UNKNOWN_KEY');
  expect(codeOf(signed(first, 'bob'), listOf(1, signer(first), signer(second, { principal: 'bob' })))).toBe('SIGNATURE_UNKNOWN_KEY');
  expect(codeOf(signed(), listOf(1, signer(first, { roles: ['approver', 'person'] })))).toBe('SIGNATURE_ROLE');
  expect(codeOf(signed(), listOf(1, signer(first, { valid_until_ms: AT_MS })))).toBe('SIGNATURE_EXPIRED');
  expect(codeOf(signed(), listOf(1, signer(first, { valid_from_ms: AT_MS + 1 })))).toBe('SIGNATURE_EXPIRED');
  expect(codeOf(signed(), listOf(1, signer(first, { valid_from_ms: AT_MS, valid_until_ms: AT_MS + 1 })))).toBe('good by ann');
  expect(codeOf(signed(first, 'ann', 'approval@git-coo'), listOf(1, signer(first)))).toBe('SIGNATURE_NAMESPACE');
});

it('a signature of another entry is bad, and so is one of this entry under another time', () => {
  const { signature } = signed();
  for (const other of [{ ...entry, seq: 2 }, { ...entry, at: '2030-01-02T03:04:05.679Z' }, { ...entry, manager: 'n' }]) expect(codeOf({ ...parsed(renderEntry(other).bytes), signature }, listOf(1, signer(first)))).toBe('SIGNATURE_BAD');
});

it('a key that follows another signs what comes after; what the old one signed stays good by the list of its time', () => {
  const [old, both, fresh] = [listOf(1, signer(first)), listOf(2, signer(first), signer(second)), listOf(3, signer(second))];
  expect([old, both, fresh].map((list) => [codeOf(signed(first), list), codeOf(signed(second), list)])).toEqual([
    ['good by ann', 'SIGNATURE_UNKNOWN_KEY'],
    ['good by ann', 'good by ann'],
    ['SIGNATURE_UNKNOWN_KEY', 'good by ann'],
  ]);
});

it('any flipped bit in a signed entry is found, by its form, its digest or its signature', () => {
  const good = Buffer.from(renderEntry(entry, (digest) => ({ by: 'ann', sshsig: signSsh(signedText(digest), 'entry@git-coo', first) })).bytes);
  const list = listOf(1, signer(first));
  expect(codeOf(parsed(good), list)).toBe('good by ann');
  fc.assert(
    fc.property(fc.nat(good.length * 8 - 1), (bit) => {
      const bytes = Buffer.from(good);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const read = parseEntry(bytes, 'x.json');
      expect(read.ok ? checkSignature(read, list, 'dev').kind : 'bad').toBe('bad');
    }),
    { numRuns: 2_000 },
  );
});

it('ssh-keygen -Y verify takes the signature of an entry', () => {
  const { digest, signature } = signed();
  const asked = { namespace: 'entry@git-coo', principal: 'ann', key: first.public.line, base64: signature?.sshsig ?? '', message: `${digest}\n` };
  expect(sshVerify(scratch, asked).out).toBe(`Good "entry@git-coo" signature for ann with ED25519 key ${first.public.fingerprint}\n`);
  expect(sshVerify(scratch, { ...asked, message: digest }).ok).toBe(false);
  expect(sshVerify(scratch, { ...asked, key: second.public.line }).ok).toBe(false);
});

it('who signs is a coordinator with this key, now', () => {
  const list = listOf(1, signer(second, { roles: ['person'] }), signer(first, { valid_from_ms: 10, valid_until_ms: 20 }));
  expect([9, 10, 19, 20].map((at) => coordinatorOf(list, first.public, at)?.principal)).toEqual([undefined, 'ann', 'ann', undefined]);
  expect(coordinatorOf(list, second.public, 10)).toBeUndefined();
  expect(coordinatorOf(list, stranger.public, 10)).toBeUndefined();
  expect(coordinatorOf(null, first.public, 10)).toBeUndefined();
});
