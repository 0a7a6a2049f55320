import { isValidAt } from '../kernel/signers.ts';
import type { Signer, Signers } from '../kernel/signers.ts';
import { readPublicKey } from './ssh-key.ts';
import { isSignedBy, readSignature, unarmoured } from './sshsig.ts';

/** The listed person whose key signed a commit as git does (`gpg.format = ssh`); undefined where none did. `at_ms`: when it says that it was made. */
export function personWhoSigned(signed: { readonly armoured: string; readonly payload: Uint8Array } | undefined, signers: Signers | null, at_ms: number): Signer | undefined {
  const base64 = signed === undefined ? undefined : unarmoured(signed.armoured);
  const read = base64 === undefined ? undefined : readSignature(base64, 'git');
  if (signed === undefined || signers === null || read?.ok !== true) return undefined;
  const { signature } = read;
  return signers.signers.find((signer) => {
    const key = signer.roles.includes('person') && isValidAt(signer, at_ms) ? readPublicKey(signer.key) : undefined;
    return key?.ok === true && isSignedBy(signed.payload, signature, key.key);
  });
}
