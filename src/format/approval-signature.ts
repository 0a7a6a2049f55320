import type { Event, EventOf } from '../kernel/event.ts';
import { isValidAt } from '../kernel/signers.ts';
import type { Signers } from '../kernel/signers.ts';
import { signerOf } from './entry-signature.ts';
import type { SignatureFinding } from './entry-signature.ts';
import { quoted } from './fault.ts';
import { approvalText, isSignedBy, policyApprovalText, readSignature } from './sshsig.ts';

/** What is approved: a plan or a policy file, by the text that is signed. */
export type Approved = Pick<EventOf<'plan.approved'>, 'by' | 'sshsig' | 'at_ms'> & {
  /** How it is spoken of. */
  readonly name: string;
  readonly text: string;
};

/** An event that is an approval; undefined for any other. */
export function approvedBy(event: Event, ledger: string): Approved | undefined {
  switch (event.type) {
    case 'plan.approved':
      return { ...event, name: event.plan_id, text: approvalText({ ledger, ...event }) };
    case 'policy.approved':
      return { ...event, name: event.file, text: policyApprovalText({ ledger, ...event }) };
    default:
      return undefined;
  }
}

/** What is wrong with an approval's signature, by the signers in force at it; undefined = nothing. An unsigned one is good in dev mode alone. */
export function approvalFault({ name, text, by, sshsig, at_ms }: Approved, signers: Signers | null, mode: 'dev' | 'governed'): SignatureFinding | undefined {
  if (sshsig === null) return mode === 'dev' ? undefined : { code: 'SIGNATURE_MISSING', message: 'is not signed, which governed mode asks for' };
  const read = readSignature(sshsig, 'approval@git-coo');
  if (!read.ok) return { code: read.fault.code, message: `its signature ${read.fault.message}` };
  const known = signerOf(signers, by, read.signature.key);
  if (known === undefined) return { code: 'SIGNATURE_UNKNOWN_KEY', message: `is signed with a key that is not ${quoted(by)}'s in the signers in force` };
  if (!isSignedBy(text, read.signature, known.key)) return { code: 'SIGNATURE_BAD', message: `its signature by ${quoted(by)} is not of this text of ${name}` };
  if (!known.signer.roles.includes('approver')) return { code: 'SIGNATURE_ROLE', message: `is signed by ${quoted(by)}, who is ${known.signer.roles.join(' and ')} and no approver` };
  if (!isValidAt(known.signer, at_ms)) return { code: 'SIGNATURE_EXPIRED', message: `is signed with a key of ${quoted(by)} that was not valid then` };
  return undefined;
}
