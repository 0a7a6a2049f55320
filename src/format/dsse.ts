import { sign } from 'node:crypto';
import type { PrivateKey } from './ssh-key.ts';

/** One signature of an envelope. */
export interface DsseSignature {
  /** A hint at whose key it is; says nothing by itself. Ours: the key's fingerprint, as `ssh-keygen -l` shows it. */
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

/** A DSSE envelope, v1.0.2 (github.com/secure-systems-lab/dsse). */
export interface DsseEnvelope {
  /** The payload's bytes in base64. */
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly DsseSignature[];
}

/** The bytes that are signed: type and payload with their lengths (PAE, protocol.md of DSSE), so that neither can be taken for the other. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${String(type.length)} `), type, Buffer.from(` ${String(payload.length)} `), payload]);
}

/** The ed25519 signature (RFC 8032) of a payload for an envelope, in base64. It begins otherwise than what SSHSIG signs: neither can be taken for the other. */
export function signDsse(payloadType: string, payload: Uint8Array, key: PrivateKey): string {
  return sign(null, preAuthEncoding(payloadType, payload), key.object).toString('base64');
}

export function envelope(payloadType: string, payload: Uint8Array, signatures: readonly DsseSignature[]): DsseEnvelope {
  return { payload: Buffer.from(payload).toString('base64'), payloadType, signatures };
}
