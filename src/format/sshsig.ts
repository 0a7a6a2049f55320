import { hash, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { PolicyName } from '../kernel/event.ts';
import type { Digest, PlanId } from '../kernel/ids.ts';
import { quoted } from './fault.ts';
import { KEY_TYPE, keyFault } from './ssh-key.ts';
import type { PrivateKey, PublicKey } from './ssh-key.ts';
import { readBase64, readNumber, readStrings, wireNumber, wireStrings } from './ssh-wire.ts';

/**
 * What a signature is for. One made for another purpose, such as a file of mail, is none here. What each signs:
 * `entry@git-coo`: the digest of an entry, 64 hex digits, and a newline (`signedText`); by a coordinator.
 * `git`: a commit's object without its signature, as git itself signs; by a person, never by coo.
 * `approval@git-coo`: what is approved, on four lines (`approvalText`); by an approver.
 * `git`: a tag object, up to its signature, as git signs and verifies it (gpg.format=ssh); by a coordinator.
 */
export type Namespace = 'entry@git-coo' | 'approval@git-coo' | 'git';

/** A signature as openssh's PROTOCOL.sshsig has it, not yet held against anything. */
export interface SshSignature {
  /** The signer's key, in SSH's wire form. */
  readonly key: Buffer;
  readonly namespace: Namespace;
  readonly hash: 'sha256' | 'sha512';
  /** 64 bytes (RFC 8032). */
  readonly raw: Buffer;
}

export interface SignatureFault {
  readonly code: 'SIGNATURE_BASE64' | 'SIGNATURE_SHAPE' | 'SIGNATURE_TRAILING' | 'SIGNATURE_VERSION' | 'SIGNATURE_NAMESPACE' | 'SIGNATURE_RESERVED' | 'SIGNATURE_HASH' | 'SIGNATURE_KEY_TYPE';
  readonly message: string;
}

export type ReadSignature = { readonly ok: true; readonly signature: SshSignature } | { readonly ok: false; readonly fault: SignatureFault };

const verifyAside = promisify<null, Buffer, KeyObject, Buffer, boolean>(verify);
const MAGIC = Buffer.from('SSHSIG', 'latin1');
const VERSION = 1;
/** What ssh-keygen hashes with, unless it is told otherwise. */
const HASH = 'sha512';
const RAW_BYTES = 64;

/**
 * What an approver signs: that this text of this plan may start in this ledger. Lines of its own, so that `printf` and `ssh-keygen -Y sign -n
 * approval@git-coo` make the same signature as coo does. `digest`: sha256 of the plan's file.
 */
export function approvalText({ ledger, plan_id, digest }: { readonly ledger: string; readonly plan_id: PlanId; readonly digest: Digest }): string {
  return `coo/approval.v1\nledger ${ledger}\nplan ${plan_id}\ndigest ${digest}\n`;
}

/** The same for a text of a policy file: no plan has such a name, so neither signature serves for the other. */
export function policyApprovalText({ ledger, file, digest }: { readonly ledger: string; readonly file: PolicyName; readonly digest: Digest }): string {
  return `coo/approval.v1\nledger ${ledger}\nfile ${file}\ndigest ${digest}\n`;
}

/** Signs bytes for a purpose. The blob, in base64 on one line: `ssh-keygen -Y verify` wants it in lines of 70 between BEGIN and END SSH SIGNATURE. */
export function signSsh(message: Uint8Array | string, namespace: Namespace, key: PrivateKey): string {
  const raw = sign(null, signedBytes(message, namespace, HASH), key.object);
  const blob = Buffer.concat([MAGIC, wireNumber(VERSION), wireStrings(key.public.blob, namespace, '', HASH, wireStrings(KEY_TYPE, raw))]);
  return blob.toString('base64');
}

const BEGIN = '-----BEGIN SSH SIGNATURE-----\n';
const END = '-----END SSH SIGNATURE-----\n';
const LINE = /.{1,70}/g;

/** A signature as ssh-keygen and git write it. */
export function armoured(base64: string): string {
  return `${BEGIN}${base64.replaceAll(LINE, '$&\n')}${END}`;
}

/** The base64 of an armoured signature, in one line; undefined where the text is not exactly one. */
export function unarmoured(text: string): string | undefined {
  if (!text.startsWith(BEGIN) || !text.endsWith(END)) return undefined;
  const base64 = text.slice(BEGIN.length, -END.length).replaceAll('\n', '');
  return armoured(base64) === text ? base64 : undefined;
}

/** Whether these bytes were signed by this key. The signature's own word on whose it is counts for nothing here. */
export function isSignedBy(message: Uint8Array | string, signature: SshSignature, key: PublicKey): boolean {
  return signature.key.equals(key.blob) && verify(null, signedBytes(message, signature.namespace, signature.hash), key.object, signature.raw);
}

/** The same on another thread, which leaves this one free meanwhile. */
export async function isSignedByAside(message: Uint8Array | string, signature: SshSignature, key: PublicKey): Promise<boolean> {
  return signature.key.equals(key.blob) && (await verifyAside(null, signedBytes(message, signature.namespace, signature.hash), key.object, signature.raw));
}

/** Bytes that a key signs in place of the message, so that no signature of another kind can be taken for one. */
function signedBytes(message: Uint8Array | string, namespace: Namespace, algorithm: SshSignature['hash']): Buffer {
  return Buffer.concat([MAGIC, wireStrings(namespace, '', algorithm, hash(algorithm, message, 'buffer'))]);
}

/** Reads a signature for one purpose. Strict: one row of bytes, and one text, for each signature. */
export function readSignature(base64: string, namespace: Namespace): ReadSignature {
  const blob = readBase64(base64);
  if (blob === undefined) return fault('SIGNATURE_BASE64', 'is not exact base64');
  if (!blob.subarray(0, MAGIC.length).equals(MAGIC)) return fault('SIGNATURE_SHAPE', 'does not begin with SSHSIG');
  const version = readNumber(blob, MAGIC.length);
  if (version !== VERSION) return fault('SIGNATURE_VERSION', `is of version ${String(version)} of SSHSIG, not ${String(VERSION)}`);
  const read = readStrings(blob, MAGIC.length + wireNumber(VERSION).length, 5);
  const [key, purpose, reserved, algorithm, inner] = read?.strings ?? [];
  if (read === undefined || key === undefined || purpose === undefined || reserved === undefined || algorithm === undefined || inner === undefined) return fault('SIGNATURE_SHAPE', 'is cut off');
  if (read.end !== blob.length) return fault('SIGNATURE_TRAILING', 'has bytes after its end');
  if (!purpose.equals(Buffer.from(namespace))) return fault('SIGNATURE_NAMESPACE', `was made for ${quoted(purpose.toString('utf8'))}, not for "${namespace}"`);
  if (reserved.length > 0) return fault('SIGNATURE_RESERVED', 'has bytes in the reserved field');
  const named = algorithm.toString('latin1');
  if (named !== 'sha256' && named !== 'sha512') return fault('SIGNATURE_HASH', `hashes with ${quoted(named)}, neither sha256 nor sha512`);
  const wrong = keyFault(key);
  if (wrong !== undefined) return fault(wrong.code === 'KEY_TYPE' ? 'SIGNATURE_KEY_TYPE' : 'SIGNATURE_SHAPE', `names a key that ${wrong.message}`);
  const raw = rawOf(inner);
  return raw === undefined ? fault('SIGNATURE_SHAPE', `holds no signature of an ${KEY_TYPE} key`) : { ok: true, signature: { key, namespace, hash: named, raw } };
}

/** The 64 bytes in `string "ssh-ed25519", string signature` (RFC 8709, section 6). */
function rawOf(inner: Buffer): Buffer | undefined {
  const read = readStrings(inner, 0, 2);
  const [type, raw] = read?.strings ?? [];
  return type?.toString('latin1') === KEY_TYPE && raw?.length === RAW_BYTES && read?.end === inner.length ? raw : undefined;
}

function fault(code: SignatureFault['code'], message: string): ReadSignature {
  return { ok: false, fault: { code, message } };
}
