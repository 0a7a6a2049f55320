import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { quoted } from './fault.ts';
import { readBase64, readNumber, readStrings, wireNumber, wireStrings } from './ssh-wire.ts';

/** Why a text is no key that coo can use. */
export interface KeyFault {
  readonly code: 'KEY_TYPE' | 'KEY_BASE64' | 'KEY_SHAPE' | 'KEY_ENCRYPTED' | 'KEY_MISMATCH';
  readonly message: string;
  readonly fix: string;
}

/** An ed25519 key as everybody may see it. */
export interface PublicKey {
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly line: string;
  /** The same in SSH's wire form (RFC 8709, section 4), as a signature carries it. */
  readonly blob: Buffer;
  /** `SHA256:` and the digest of the blob, as ssh-keygen -l shows it. */
  readonly fingerprint: string;
  /** Made once a key: it costs more than a signature does. */
  readonly object: KeyObject;
}

/** An ed25519 key that signs. */
export interface PrivateKey {
  readonly public: PublicKey;
  readonly comment: string;
  readonly object: KeyObject;
}

export type ReadPublicKey = { readonly ok: true; readonly key: PublicKey } | { readonly ok: false; readonly fault: KeyFault };
export type ReadPrivateKey = { readonly ok: true; readonly key: PrivateKey } | { readonly ok: false; readonly fault: KeyFault };

export const KEY_TYPE = 'ssh-ed25519';
const RAW_BYTES = 32;
/** DER of everything before the 32 bytes themselves (RFC 8410, sections 4 and 7). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const BEGIN = '-----BEGIN OPENSSH PRIVATE KEY-----\n';
const END = '-----END OPENSSH PRIVATE KEY-----\n';
const MAGIC = Buffer.from('openssh-key-v1\0', 'latin1');
/** The width of a line and the length that padding fills up to, as ssh-keygen writes them. */
const COLUMNS = 70;
const BLOCK = 8;
const NEW_KEY = 'coo key new';
const ONLY_ED25519 = 'use an ed25519 key: ssh-keygen -t ed25519, or coo key new';

/** Reads a key as it stands in a .pub file. A comment after it is left out. */
export function readPublicKey(text: string): ReadPublicKey {
  const [type = '', base64 = ''] = text.split(' ', 2);
  if (type !== KEY_TYPE) return fault('KEY_TYPE', `is a key of the type ${quoted(type)}; coo takes ${KEY_TYPE} only`, ONLY_ED25519);
  const blob = readBase64(base64);
  if (blob === undefined) return fault('KEY_BASE64', 'is not exact base64', 'copy the whole line of the .pub file');
  return readKeyBlob(blob);
}

/** Reads a key in SSH's wire form: its type, and 32 bytes. */
function readKeyBlob(blob: Buffer): ReadPublicKey {
  const wrong = keyFault(blob);
  return wrong === undefined ? { ok: true, key: publicKey(blob.subarray(-RAW_BYTES)) } : { ok: false, fault: wrong };
}

/** Why bytes are no key in SSH's wire form; undefined when they are one. */
export function keyFault(blob: Buffer): KeyFault | undefined {
  const type = readStrings(blob, 0, 1)?.strings[0]?.toString('latin1');
  if (type !== undefined && type !== KEY_TYPE) return fault('KEY_TYPE', `is a key of the type ${quoted(type)}; coo takes ${KEY_TYPE} only`, ONLY_ED25519).fault;
  const read = readStrings(blob, 0, 2);
  if (read?.strings[1]?.length === RAW_BYTES && read.end === blob.length) return undefined;
  return fault('KEY_SHAPE', `is no ${KEY_TYPE} key: it is cut off, or something follows it`, 'copy the whole line of the .pub file').fault;
}

function publicKey(raw: Uint8Array): PublicKey {
  const blob = wireStrings(KEY_TYPE, raw);
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  const object = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  return { line: `${KEY_TYPE} ${blob.toString('base64')}`, blob, fingerprint: `SHA256:${digest}`, object };
}

/** The key that grows from 32 random bytes (the private key of RFC 8032, section 5.1.5). */
export function keyOfSeed(seed: Uint8Array, comment: string): PrivateKey {
  const object = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(object).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  return { public: publicKey(raw), comment, object };
}

/**
 * Reads a private key without a passphrase, as ssh-keygen writes it (openssh's PROTOCOL.key). What differs from that in any byte but the
 * comment's is refused.
 */
export function readPrivateKey(text: string): ReadPrivateKey {
  const body = text.startsWith(BEGIN) && text.endsWith(END) ? readBase64(text.slice(BEGIN.length, -END.length).replaceAll('\n', '')) : undefined;
  if (body?.subarray(0, MAGIC.length).equals(MAGIC) !== true) return fault('KEY_SHAPE', 'is no private key of OpenSSH', NEW_KEY);
  const head = readStrings(body, MAGIC.length, 3);
  const [cipher, derivation] = head?.strings ?? [];
  if (head === undefined || cipher === undefined || derivation === undefined) return cutOff();
  if (cipher.toString('latin1') !== 'none' || derivation.toString('latin1') !== 'none') return fault('KEY_ENCRYPTED', 'has a passphrase, and nobody is asked for one', `take it off with ssh-keygen -p, or make one of coo's own: ${NEW_KEY}`);
  const parts = readStrings(body, head.end + wireNumber(1).length, 2);
  const [blob, secret] = parts?.strings ?? [];
  if (readNumber(body, head.end) !== 1 || blob === undefined || secret === undefined || parts?.end !== body.length) return cutOff();
  const known = readKeyBlob(blob);
  return known.ok ? keyInSecret(text, secret, known.key) : known;
}

/** The part that a passphrase would encrypt: a number twice, the key, its comment, and the padding 1, 2, 3 ... */
function keyInSecret(text: string, secret: Buffer, known: PublicKey): ReadPrivateKey {
  const check = readNumber(secret, 0);
  const [, raw, pair, comment] = readStrings(secret, 2 * wireNumber(0).length, 4)?.strings ?? [];
  if (check === undefined || raw === undefined || pair === undefined || comment === undefined) return cutOff();
  const key = keyOfSeed(Buffer.concat([pair, Buffer.alloc(RAW_BYTES)]).subarray(0, RAW_BYTES), comment.toString('utf8'));
  if (!key.public.blob.equals(known.blob)) return fault('KEY_MISMATCH', 'does not belong to the public key that it states', NEW_KEY);
  return renderPrivateKey(key, pair.subarray(0, RAW_BYTES), check) === text ? { ok: true, key } : cutOff();
}

function cutOff(): { readonly ok: false; readonly fault: KeyFault } {
  return fault('KEY_SHAPE', 'is not as ssh-keygen writes it', NEW_KEY);
}

/** The file that ssh-keygen would write for the key of this seed. `check`: any number below 2^32. */
export function renderPrivateKey(key: PrivateKey, seed: Uint8Array, check: number): string {
  const raw = key.public.blob.subarray(-RAW_BYTES);
  const bare = Buffer.concat([wireNumber(check), wireNumber(check), wireStrings(KEY_TYPE, raw, Buffer.concat([seed, raw]), key.comment)]);
  const padding = Buffer.from(Array.from({ length: (BLOCK - (bare.length % BLOCK)) % BLOCK }, (_, at) => at + 1));
  const body = Buffer.concat([MAGIC, wireStrings('none', 'none', ''), wireNumber(1), wireStrings(key.public.blob, Buffer.concat([bare, padding]))]);
  return `${BEGIN}${body.toString('base64').replaceAll(new RegExp(`.{1,${String(COLUMNS)}}`, 'g'), '$&\n')}${END}`;
}

function fault(code: KeyFault['code'], message: string, fix: string): { readonly ok: false; readonly fault: KeyFault } {
  return { ok: false, fault: { code, message, fix } };
}
