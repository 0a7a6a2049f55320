import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { keyOfSeed, readPrivateKey, readPublicKey, renderPrivateKey } from '../../src/format/ssh-key.ts';
import type { PrivateKey } from '../../src/format/ssh-key.ts';
import { approvalText, armoured, isSignedBy, readSignature, signSsh, unarmoured } from '../../src/format/sshsig.ts';
import type { ReadSignature } from '../../src/format/sshsig.ts';
import { wireNumber, wireStrings } from '../../src/format/ssh-wire.ts';
import { sshKeygen, sshVerify } from '../support/ssh-keygen.ts';

const scratch = mkdtempSync(join(tmpdir(), 'coo-sshsig-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const SEED = Buffer.alloc(32, 7);
const ours = keyOfSeed(SEED, 'coo');
const MESSAGE = `${'ab'.repeat(32)}\n`;
const ENTRY = 'entry@git-coo';

/** A key of ssh-keygen's own, in a file of this name. */
function theirs(name: string, ...more: readonly string[]): string {
  const made = sshKeygen(scratch, ['-q', '-t', 'ed25519', '-N', '', '-C', 'them@example', '-f', name, ...more]);
  expect(made.out).toBe('');
  return join(scratch, name);
}

function privateKey(text: string): PrivateKey {
  const read = readPrivateKey(text);
  if (!read.ok) throw new Error(read.fault.message);
  return read.key;
}

function codeOf(read: ReadSignature | ReturnType<typeof readPublicKey> | ReturnType<typeof readPrivateKey>): string {
  return read.ok ? 'good' : read.fault.code;
}

describe('keys', () => {
  it('ssh-keygen reads a key of ours: its public half, its fingerprint, its comment', () => {
    writeFileSync(join(scratch, 'ours'), renderPrivateKey(ours, SEED, 0x01020304), { mode: 0o600 });
    expect(sshKeygen(scratch, ['-y', '-P', '', '-f', 'ours']).out).toBe(`${ours.public.line} coo\n`);
    expect(sshKeygen(scratch, ['-l', '-f', 'ours']).out).toBe(`256 ${ours.public.fingerprint} coo (ED25519)\n`);
  });

  it('we read a key of ssh-keygen\'s, with a comment of any length', () => {
    for (const comment of ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'them@example.org', 'é']) {
      const file = theirs(`comment-${String(comment.length)}-${Buffer.from(comment).toString('hex')}`, '-C', comment);
      const key = privateKey(readFileSync(file, 'utf8'));
      const line = readFileSync(`${file}.pub`, 'utf8').trimEnd();
      expect(key.comment).toBe(comment);
      expect(key.public.line).toBe(line.split(' ').slice(0, 2).join(' '));
      const read = readPublicKey(line);
      expect(read.ok && read.key.fingerprint).toBe(key.public.fingerprint);
    }
  });

  it('says which keys it does not take', () => {
    const text = renderPrivateKey(ours, SEED, 9);
    expect(codeOf(readPrivateKey(readFileSync(theirs('locked', '-N', 'a passphrase'), 'utf8')))).toBe('KEY_ENCRYPTED');
    expect(sshKeygen(scratch, ['-q', '-t', 'ecdsa', '-N', '', '-f', 'other']).ok).toBe(true);
    expect(codeOf(readPrivateKey(readFileSync(join(scratch, 'other'), 'utf8')))).toBe('KEY_TYPE');
    expect(codeOf(readPublicKey(readFileSync(join(scratch, 'other.pub'), 'utf8').trimEnd()))).toBe('KEY_TYPE');
    expect(codeOf(readPublicKey(`${ours.public.line}=`))).toBe('KEY_BASE64');
    expect(codeOf(readPublicKey(`${ours.public.line}\n`))).toBe('KEY_BASE64');
    expect(codeOf(readPublicKey(`ssh-ed25519 ${Buffer.concat([ours.public.blob, Buffer.from([0])]).toString('base64')}`))).toBe('KEY_SHAPE');
    expect(codeOf(readPublicKey(`ssh-ed25519 ${ours.public.blob.subarray(0, -1).toString('base64')}`))).toBe('KEY_SHAPE');
    expect(codeOf(readPublicKey(`ssh-ed25519 ${wireStrings('ssh-rsa', Buffer.alloc(32)).toString('base64')}`))).toBe('KEY_TYPE');
    expect(codeOf(readPrivateKey(renderPrivateKey({ ...ours, public: keyOfSeed(Buffer.alloc(32, 8), '').public }, SEED, 9)))).toBe('KEY_MISMATCH');
    expect(codeOf(readPrivateKey(text.replaceAll('\n', '\r\n')))).toBe('KEY_SHAPE');
    expect(codeOf(readPrivateKey(`${text}\n`))).toBe('KEY_SHAPE');
    expect(codeOf(readPrivateKey(text))).toBe('good');
  });

  it('any flipped bit in a private key is refused', () => {
    const text = renderPrivateKey(ours, SEED, 9);
    const lines = text.split('\n').slice(1, -2);
    const body = Buffer.from(lines.join(''), 'base64');
    fc.assert(
      fc.property(fc.nat(body.length * 8 - 1), (bit) => {
        const bad = Buffer.from(body);
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const read = readPrivateKey(text.replace(lines.join('\n'), bad.toString('base64').replaceAll(/.{1,70}/g, '$&\n').trimEnd()));
        // Its comment is nobody's proof of anything.
        expect(read.ok && read.key.comment === 'coo').toBe(false);
      }),
      { numRuns: 400 },
    );
  });
});

describe('signatures', () => {
  const good = signSsh(MESSAGE, ENTRY, ours);
  const blob = Buffer.from(good, 'base64');
  const parts = (over: { magic?: string; version?: number; key?: Uint8Array; namespace?: string; reserved?: string; hash?: string; inner?: Uint8Array }): string =>
    Buffer.concat([Buffer.from(over.magic ?? 'SSHSIG'), wireNumber(over.version ?? 1), wireStrings(over.key ?? ours.public.blob, over.namespace ?? ENTRY, over.reserved ?? '', over.hash ?? 'sha512', over.inner ?? blob.subarray(-83))]).toString('base64');

  it('ssh-keygen -Y verify and check-novalidate take ours', () => {
    const asked = { namespace: ENTRY, principal: 'ann@example.org', key: ours.public.line, base64: good, message: MESSAGE };
    expect(sshVerify(scratch, asked)).toEqual({ ok: true, out: `Good "${ENTRY}" signature for ann@example.org with ED25519 key ${ours.public.fingerprint}\n` });
    expect(sshKeygen(scratch, ['-Y', 'check-novalidate', '-n', ENTRY, '-s', 'one.sig'], MESSAGE).ok).toBe(true);
    expect(sshVerify(scratch, { ...asked, message: `${MESSAGE} ` }).ok).toBe(false);
    expect(sshVerify(scratch, { ...asked, namespace: 'approval@git-coo' }).ok).toBe(false);
  });

  it.each(['sha512', 'sha256'])('we take what ssh-keygen -Y sign makes with %s, and only of its key, message and purpose', (algorithm) => {
    const file = theirs(`signer-${algorithm}`);
    const signed = (namespace: string): string => {
      writeFileSync(`${file}.message`, MESSAGE);
      rmSync(`${file}.message.sig`, { force: true });
      expect(sshKeygen(scratch, ['-Y', 'sign', '-f', file, '-n', namespace, '-O', `hashalg=${algorithm}`, `${file}.message`]).ok).toBe(true);
      return unarmoured(readFileSync(`${file}.message.sig`, 'utf8')) ?? '';
    };
    const theirKey = privateKey(readFileSync(file, 'utf8')).public;
    const read = readSignature(signed(ENTRY), ENTRY);
    if (!read.ok) throw new Error(read.fault.message);
    expect(read.signature.hash).toBe(algorithm);
    expect(isSignedBy(MESSAGE, read.signature, theirKey)).toBe(true);
    expect(isSignedBy(MESSAGE, read.signature, ours.public)).toBe(false);
    expect(isSignedBy(MESSAGE.toUpperCase(), read.signature, theirKey)).toBe(false);
    expect(codeOf(readSignature(signed('git'), ENTRY))).toBe('SIGNATURE_NAMESPACE');
    expect(codeOf(readSignature(signed('approval@git-coo'), ENTRY))).toBe('SIGNATURE_NAMESPACE');
  });

  it('signs as ssh-keygen does, byte for byte', () => {
    writeFileSync(join(scratch, 'same'), renderPrivateKey(ours, SEED, 1), { mode: 0o600 });
    writeFileSync(join(scratch, 'message'), MESSAGE);
    expect(sshKeygen(scratch, ['-Y', 'sign', '-f', 'same', '-n', ENTRY, 'message']).ok).toBe(true);
    expect(readFileSync(join(scratch, 'message.sig'), 'utf8')).toBe(armoured(good));
  });

  it('an approval that somebody signs with ssh-keygen is one, and no signature of an entry', () => {
    const file = theirs('approver');
    const digest = 'ab'.repeat(32);
    writeFileSync(`${file}.text`, `coo/approval.v1\nledger 00ff\nplan hello\ndigest ${digest}\n`);
    expect(sshKeygen(scratch, ['-Y', 'sign', '-f', file, '-n', 'approval@git-coo', `${file}.text`]).ok).toBe(true);
    const base64 = unarmoured(readFileSync(`${file}.text.sig`, 'utf8')) ?? '';
    const read = readSignature(base64, 'approval@git-coo');
    if (!read.ok) throw new Error(read.fault.message);
    const { public: key } = privateKey(readFileSync(file, 'utf8'));
    expect(isSignedBy(approvalText({ ledger: '00ff', plan_id: 'hello', digest }), read.signature, key)).toBe(true);
    expect(isSignedBy(approvalText({ ledger: '00ff', plan_id: 'other', digest }), read.signature, key)).toBe(false);
    expect(codeOf(readSignature(base64, ENTRY))).toBe('SIGNATURE_NAMESPACE');
  });

  it('says what is wrong with what is no signature', () => {
    expect(parts({})).toBe(good);
    expect(codeOf(readSignature(good, ENTRY))).toBe('good');
    const cases: readonly (readonly [string, string])[] = [
      [`${good} `, 'SIGNATURE_BASE64'],
      [good.replace(/.$/, '\n'), 'SIGNATURE_BASE64'],
      [`${good.slice(0, 70)}\n${good.slice(70)}`, 'SIGNATURE_BASE64'],
      ['', 'SIGNATURE_SHAPE'],
      [parts({ magic: 'SSHSIH' }), 'SIGNATURE_SHAPE'],
      [Buffer.from('SSHSIG').toString('base64'), 'SIGNATURE_VERSION'],
      [parts({ version: 2 }), 'SIGNATURE_VERSION'],
      [blob.subarray(0, -1).toString('base64'), 'SIGNATURE_SHAPE'],
      [Buffer.concat([blob, Buffer.from([0])]).toString('base64'), 'SIGNATURE_TRAILING'],
      [parts({ namespace: '' }), 'SIGNATURE_NAMESPACE'],
      [parts({ namespace: `${ENTRY}\0` }), 'SIGNATURE_NAMESPACE'],
      [parts({ reserved: 'x' }), 'SIGNATURE_RESERVED'],
      [parts({ hash: 'sha1' }), 'SIGNATURE_HASH'],
      [parts({ hash: 'SHA512' }), 'SIGNATURE_HASH'],
      [parts({ key: wireStrings('ssh-rsa', 'n', 'e') }), 'SIGNATURE_KEY_TYPE'],
      [parts({ key: Buffer.concat([ours.public.blob, Buffer.from([0])]) }), 'SIGNATURE_SHAPE'],
      [parts({ inner: wireStrings('ssh-rsa', Buffer.alloc(64)) }), 'SIGNATURE_SHAPE'],
      [parts({ inner: wireStrings('ssh-ed25519', Buffer.alloc(63)) }), 'SIGNATURE_SHAPE'],
      [parts({ inner: Buffer.concat([wireStrings('ssh-ed25519', Buffer.alloc(64)), Buffer.from([0])]) }), 'SIGNATURE_SHAPE'],
    ];
    for (const [base64, code] of cases) expect([codeOf(readSignature(base64, ENTRY)), base64]).toEqual([code, base64]);
  });

  it('any flipped bit in the signature or in what was signed is refused', () => {
    const isGood = (bytes: Uint8Array, message: Uint8Array): boolean => {
      const read = readSignature(Buffer.from(bytes).toString('base64'), ENTRY);
      return read.ok && isSignedBy(message, read.signature, ours.public);
    };
    const message = Buffer.from(MESSAGE);
    expect(isGood(blob, message)).toBe(true);
    for (let bit = 0; bit < (blob.length + message.length) * 8; bit += 1) {
      const all = Buffer.concat([blob, message]);
      all[bit >> 3] = (all[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isGood(all.subarray(0, blob.length), all.subarray(blob.length))) expect.fail(`bit ${String(bit)} counts for nothing`);
    }
  });

  it('any bytes at all are read without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(codeOf(readSignature(Buffer.from(bytes).toString('base64'), ENTRY))).not.toBe('good');
        const after = Buffer.concat([Buffer.from('SSHSIG\0\0\0\u0001', 'latin1'), bytes]);
        expect(codeOf(readSignature(after.toString('base64'), ENTRY))).not.toBe('good');
      }),
    );
  });
});
