// Whose word lets a plan start, or a policy file be taken: by the signers in force, over this very text.
import { expect, it } from 'vitest';
import { approvalFault, approvedBy } from '../../src/format/approval-signature.ts';
import { keyOfSeed } from '../../src/format/ssh-key.ts';
import { approvalText, policyApprovalText, signSsh } from '../../src/format/sshsig.ts';
import type { Event } from '../../src/kernel/event.ts';
import type { Signer, Signers } from '../../src/kernel/signers.ts';

const [ada, eve] = [keyOfSeed(Buffer.alloc(32, 1), ''), keyOfSeed(Buffer.alloc(32, 2), '')];
const at_ms = 1_000;
const of = { ledger: '00ff', digest: 'd'.repeat(64) };
const OF_PLAN = approvalText({ ...of, plan_id: 'hello' });
const OF_FILE = policyApprovalText({ ...of, file: 'coo.yaml' });

function listOf(more: Partial<Signer> = {}): Signers {
  return { version: 1, digest: '', signers: [{ principal: 'ada', key: ada.public.line, roles: ['approver'], ...more }] };
}

/** What is wrong with an approval of each kind, signed over this text. */
function codes(text: string, { key = ada, by = 'ada', signers = listOf(), ledger = of.ledger }: { readonly key?: typeof ada; readonly by?: string; readonly signers?: Signers | null; readonly ledger?: string } = {}): readonly (string | undefined)[] {
  const said = { digest: of.digest, by, sshsig: signSsh(text, 'approval@git-coo', key), at_ms };
  const events: readonly Event[] = [{ type: 'plan.approved', plan_id: 'hello', ...said }, { type: 'policy.approved', file: 'coo.yaml', ...said }];
  return events.map((event) => {
    const approved = approvedBy(event, ledger);
    return approved === undefined ? 'no approval' : approvalFault(approved, signers, 'governed')?.code;
  });
}

it('a signature serves for the text that was signed: not for a file in place of a plan, another file, or another ledger', () => {
  expect(codes(OF_PLAN)).toEqual([undefined, 'SIGNATURE_BAD']);
  expect(codes(OF_FILE)).toEqual(['SIGNATURE_BAD', undefined]);
  expect(codes(policyApprovalText({ ...of, file: 'signers.yaml' }))).toEqual(['SIGNATURE_BAD', 'SIGNATURE_BAD']);
  expect(codes(OF_FILE, { ledger: 'ff00' })).toEqual(['SIGNATURE_BAD', 'SIGNATURE_BAD']);
});

it('counts as an approver\'s, with a key that is listed as theirs and valid then', () => {
  expect(codes(OF_FILE, { key: eve })[1]).toBe('SIGNATURE_UNKNOWN_KEY');
  expect(codes(OF_FILE, { by: 'eve' })[1]).toBe('SIGNATURE_UNKNOWN_KEY');
  expect(codes(OF_FILE, { signers: null })[1]).toBe('SIGNATURE_UNKNOWN_KEY');
  expect(codes(OF_FILE, { signers: listOf({ roles: ['coordinator', 'person'] }) })[1]).toBe('SIGNATURE_ROLE');
  expect(codes(OF_FILE, { signers: listOf({ valid_until_ms: at_ms }) })[1]).toBe('SIGNATURE_EXPIRED');
});

it('an unsigned word is one in dev mode alone', () => {
  const approved = approvedBy({ type: 'plan.approved', plan_id: 'hello', digest: of.digest, by: 'op', sshsig: null, at_ms }, of.ledger);
  expect(approved === undefined ? [] : (['dev', 'governed'] as const).map((mode) => approvalFault(approved, null, mode)?.code)).toEqual([undefined, 'SIGNATURE_MISSING']);
});
