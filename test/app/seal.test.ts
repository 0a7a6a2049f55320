// A snapshot's tag is held against the file that the ledger took, and its signature against the signers.
import { expect, it } from 'vitest';
import { checkTag, sealTag } from '../../src/app/snapshot/seal.ts';
import { keyOfSeed } from '../../src/format/ssh-key.ts';
import { signSsh } from '../../src/format/sshsig.ts';
import type { Signers } from '../../src/kernel/signers.ts';
import type { SigningKey } from '../../src/ports/signer.ts';

const key = keyOfSeed(Buffer.alloc(32, 1), 'one');
const SIGNING: SigningKey = { path: '', public: key.public, sign: (message, namespace) => signSsh(message, namespace, key), dsse: () => '' };
const AT = { name: 'base', head: 'a'.repeat(40), file: Buffer.from('{\n  "name": "base"\n}\n') };
const signers = (role: 'coordinator' | 'approver'): Signers => ({ version: 1, digest: 'd', signers: [{ principal: 'op@example.com', key: key.public.line, roles: [role] }] });
const signed = Buffer.from(sealTag({ ...AT, at_ms: 1_800_000_000_000 }, SIGNING).bytes);
const changed = (from: string, to: string): Buffer => Buffer.from(signed.toString().replace(from, to));

it('is good by a listed coordinator, told where nobody listed the key, and plain where there is none', () => {
  expect(checkTag(signed, AT, signers('coordinator'))).toEqual({ kind: 'signed', by: 'op@example.com' });
  expect(checkTag(signed, AT, null)).toEqual({ kind: 'signed', by: null });
  expect(checkTag(Buffer.from(sealTag({ ...AT, at_ms: 0 }, undefined).bytes), AT, null)).toEqual({ kind: 'unsigned' });
});

it.each([
  ['another commit', signed, { ...AT, head: 'b'.repeat(40) }, /^names commit a{40}/],
  ['another file', signed, { ...AT, file: Buffer.from('{}\n') }, /^says something else/],
  ['another name', signed, { ...AT, name: 'other' }, /^says something else/],
  ['another time under the same signature', changed('tagger coo <coo@localhost> 1800000000', 'tagger coo <coo@localhost> 1800000001'), AT, /^has a signature that is not of this tag/],
  ['a signature that is torn', changed('-----END SSH SIGNATURE-----', '-----END SSH SIG-----'), AT, /^has a signature that is not armoured/],
  ['a signature for entries', Buffer.from(sealTag({ ...AT, at_ms: 0 }, { ...SIGNING, sign: (message) => SIGNING.sign(message, 'entry@git-coo') }).bytes), AT, /^has a signature that was made for "entry@git-coo"/],
  ['no tag at all', Buffer.from('tree x\n\n'), AT, /^is no annotated tag/],
])('%s is another tag', (_what, bytes, at, message) => {
  expect(checkTag(bytes, at, null)).toEqual({ kind: 'other', message: expect.stringMatching(message) as string });
});

it('who is no coordinator seals nothing', () => {
  expect(checkTag(signed, AT, signers('approver'))).toEqual({ kind: 'other', message: 'is signed by op@example.com, who is no coordinator' });
});
