import type { Digest, Millis } from './ids.ts';

/** What a signature of somebody's counts for: entries of the ledger, approvals, commits of their own. */
export const SIGNER_ROLES = ['coordinator', 'approver', 'person'] as const;
export type SignerRole = (typeof SIGNER_ROLES)[number];

/** One key and whose it is. Who has several keys, as while one follows another, is listed once for each. */
export interface Signer {
  readonly principal: string;
  /** `ssh-ed25519 AAAA...`, without a comment. */
  readonly key: string;
  readonly roles: readonly SignerRole[];
  /** From then on. */
  readonly valid_from_ms?: Millis;
  /** Not from then on any more. */
  readonly valid_until_ms?: Millis;
  readonly email?: string;
}

/** Signers as `_plans/signers.yaml` says them. They are in force from the entry after the one that brings them. */
export interface Signers {
  /** May only grow, so that nobody puts an old list back. */
  readonly version: number;
  /** sha256 of the file's bytes. */
  readonly digest: Digest;
  readonly signers: readonly Signer[];
}

const PRINCIPAL = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;

/** Whether a text can name a signer: nothing that an allowed_signers file of OpenSSH would take for a pattern or a list. */
export function isPrincipal(text: string): boolean {
  return PRINCIPAL.test(text);
}

export function isValidAt(signer: Signer, at_ms: Millis): boolean {
  return at_ms >= (signer.valid_from_ms ?? -Infinity) && at_ms < (signer.valid_until_ms ?? Infinity);
}
