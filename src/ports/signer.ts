import type { PublicKey } from '../format/ssh-key.ts';
import type { Namespace } from '../format/sshsig.ts';

/** A key that signs. What is secret about it stays behind the port. */
export interface SigningKey {
  /** Its file. */
  readonly path: string;
  readonly public: PublicKey;
  /** An SSHSIG blob in base64, on one line. */
  sign(message: string, namespace: Namespace): string;
  /** The signature of a payload for a DSSE envelope, in base64. */
  dsse(payloadType: string, payload: Uint8Array): string;
}

/** A ledger's key, and the one that is to follow it: the change of signers that brings the next in is still signed with the one before. */
export type KeySlot = 'current' | 'next';

/**
 * This machine's keys for ledgers, outside of every repository. Every error has a `code` and a `fix`: KEY_PERMISSIONS where others than its owner
 * can use a key, KEY_FILE where there is no regular file, KEY_LEDGER where the ledger's id can name none, the codes of `readPrivateKey` else.
 */
export interface SigningKeys {
  /** The file of a ledger's key, there or not. */
  path(ledger: string, slot: KeySlot): string;
  /** The keys of a ledger that are there, the current one first. */
  of(ledger: string): Promise<readonly SigningKey[]>;
  /** A key of somebody's own, anywhere: unencrypted, and nobody else's to read. KEY_FILE where there is none. */
  at(path: string): Promise<SigningKey>;
  /** Makes a key, durably. KEY_EXISTS where there is one. */
  create(ledger: string, slot: KeySlot, comment: string): Promise<SigningKey>;
}
