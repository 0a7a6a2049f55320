import { isValidAt } from '../kernel/signers.ts';
import type { Signer, Signers } from '../kernel/signers.ts';
import { signedText } from './entry.ts';
import type { Entry, ParsedEntry } from './entry.ts';
import { quoted } from './fault.ts';
import { readPublicKey } from './ssh-key.ts';
import type { PublicKey } from './ssh-key.ts';
import { isSignedBy, isSignedByAside, readSignature } from './sshsig.ts';
import type { SignatureFault } from './sshsig.ts';

/** What is wrong with an entry's signature. */
export interface SignatureFinding {
  readonly code: SignatureFault['code'] | 'SIGNATURE_MISSING' | 'SIGNATURE_UNKNOWN_KEY' | 'SIGNATURE_BAD' | 'SIGNATURE_ROLE' | 'SIGNATURE_EXPIRED';
  readonly message: string;
}

export type SignatureVerdict = { readonly kind: 'unsigned' } | { readonly kind: 'good'; readonly by: string } | ({ readonly kind: 'bad' } & SignatureFinding);

/** Signers whose key was made an object once, by principal and key. A list is never changed, so that it may be remembered by itself. */
const KEYS = new WeakMap<Signers, ReadonlyMap<string, { readonly signer: Signer; readonly key: PublicKey }>>();

/** The signer of that name whose key made a signature, as a list has them. */
export function signerOf(signers: Signers | null, by: string, blob: Buffer): { readonly signer: Signer; readonly key: PublicKey } | undefined {
  return signers === null ? undefined : keysOf(signers).get(placeOf(by, blob));
}

function keysOf(signers: Signers): ReadonlyMap<string, { readonly signer: Signer; readonly key: PublicKey }> {
  const known = KEYS.get(signers);
  if (known !== undefined) return known;
  const keys = new Map(
    signers.signers.flatMap((signer) => {
      const read = readPublicKey(signer.key);
      return read.ok ? [[placeOf(signer.principal, read.key.blob), { signer, key: read.key }] as const] : [];
    }),
  );
  KEYS.set(signers, keys);
  return keys;
}

function placeOf(principal: string, blob: Buffer): string {
  return `${principal} ${blob.toString('base64')}`;
}

type Signed = Pick<ParsedEntry<Pick<Entry, 'at'>> & { readonly ok: true }, 'entry' | 'digest' | 'signature'>;

/**
 * Whether an entry is signed by a coordinator. `signers`: those in force at it, which are those that the entries before it brought.
 * Who stole a key that has expired can still sign: the time of an entry is its signer's own claim.
 */
export function checkSignature(parsed: Signed, signers: Signers | null, mode: 'dev' | 'governed'): SignatureVerdict {
  const weighed = weigh(parsed, signers, mode);
  return 'kind' in weighed ? weighed : weighed.verdict(isSignedBy(...weighed.signed));
}

/** The same for who goes through many entries: what costs most is done on other threads. */
export function checkSignatureAside(parsed: Signed, signers: Signers | null, mode: 'dev' | 'governed'): SignatureVerdict | Promise<SignatureVerdict> {
  const weighed = weigh(parsed, signers, mode);
  return 'kind' in weighed ? weighed : isSignedByAside(...weighed.signed).then(weighed.verdict);
}

/** What is signed, and what follows from whether it truly is. */
interface Weighed {
  readonly signed: Parameters<typeof isSignedBy>;
  readonly verdict: (isSigned: boolean) => SignatureVerdict;
}

function weigh({ entry, digest, signature }: Signed, signers: Signers | null, mode: 'dev' | 'governed'): SignatureVerdict | Weighed {
  // Before the first list nobody could have signed: that list is taken on trust, in both modes.
  if (signature === undefined) return mode === 'dev' || signers === null ? { kind: 'unsigned' } : bad('SIGNATURE_MISSING', 'is not signed, which governed mode asks for');
  const { by } = signature;
  const read = readSignature(signature.sshsig, 'entry@git-coo');
  if (!read.ok) return bad(read.fault.code, `its signature ${read.fault.message}`);
  const known = signerOf(signers, by, read.signature.key);
  if (known === undefined) return bad('SIGNATURE_UNKNOWN_KEY', `is signed with a key that is not ${quoted(by)}'s in ${signers === null ? 'any list of signers before it' : `version ${String(signers.version)} of the signers`}`);
  const { signer, key } = known;
  const verdict = (isSigned: boolean): SignatureVerdict => {
    if (!isSigned) return bad('SIGNATURE_BAD', `its signature by ${quoted(by)} is not of this entry`);
    if (!signer.roles.includes('coordinator')) return bad('SIGNATURE_ROLE', `is signed by ${quoted(by)}, who is ${signer.roles.join(' and ')} and no coordinator`);
    if (!isValidAt(signer, Date.parse(entry.at))) return bad('SIGNATURE_EXPIRED', `says that it was signed at ${entry.at}, when the key of ${quoted(by)} was not valid`);
    return { kind: 'good', by };
  };
  return { signed: [signedText(digest), read.signature, key], verdict };
}

function bad(code: SignatureFinding['code'], message: string): SignatureVerdict {
  return { kind: 'bad', code, message };
}

/** The signer of an entry that is appended now with this key: a coordinator whom the signers in force list. */
export function coordinatorOf(signers: Signers | null, key: PublicKey, at_ms: number): Signer | undefined {
  return signers?.signers.find((signer) => signer.key === key.line && signer.roles.includes('coordinator') && isValidAt(signer, at_ms));
}
