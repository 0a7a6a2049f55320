import { sha256Hex } from '../../../src/format/canonical.ts';
import { signDsse } from '../../../src/format/dsse.ts';
import { keyOfSeed } from '../../../src/format/ssh-key.ts';
import { signSsh } from '../../../src/format/sshsig.ts';
import type { Offer } from '../../../src/app/step.ts';
import type { SigningKeys } from '../../../src/ports/signer.ts';

/** The same for ever, so that the same ledger comes out. */
const key = keyOfSeed(Buffer.alloc(32, 1), 'bench');
const bytes = new TextEncoder().encode(`version: 1\nsigners:\n  - {principal: bench, key: ${key.public.line}, roles: [coordinator]}\n`);

/** One key for any ledger, in memory. */
export const signing: SigningKeys = {
  path: () => 'bench',
  of: () => Promise.resolve([{ path: 'bench', public: key.public, sign: (message, namespace) => signSsh(message, namespace, key), dsse: (payloadType, payload) => signDsse(payloadType, payload, key) }]),
  at: () => Promise.reject(new Error('the bench has no other key')),
  create: () => Promise.reject(new Error('the bench has its key already')),
};

/** The list that makes it the coordinator's. */
export function trustOffer(at_ms: number): Offer {
  return { input: { type: 'trust', version: 1, digest: sha256Hex(bytes), signers: [{ principal: 'bench', key: key.public.line, roles: ['coordinator'] }], at_ms }, files: [{ path: '_plans/signers.yaml', bytes }] };
}
