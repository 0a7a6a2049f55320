import type { Event } from '../event.ts';
import type { PolicyName } from '../event.ts';
import { approvalsNeeded, policyApprovers } from '../approval.ts';
import { loosenings } from '../loosening.ts';
import type { Digest } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';

/** The organisation as coo.yaml says it now. */
export function organiseRule(state: State, input: InputOf<'organise'>): Decision<Event> {
  if (state.ledger === null) return reject('NO_LEDGER', 'there is no ledger here', 'coo init');
  if (state.org_digest === input.digest) return reject('UNCHANGED', 'coo.yaml is the one in the ledger', 'nothing to do');
  if (input.org.mode === 'governed') {
    const lacking = (['coordinator', 'approver'] as const).filter((role) => state.signers?.signers.some((signer) => signer.roles.includes(role)) !== true);
    if (lacking.length > 0) return reject('SIGNERS_NONE', `governed mode needs keys that count: _plans/signers.yaml lists no ${lacking.join(' and no ')}`, 'coo key new, and list the keys of those who approve; then write mode: governed');
  }
  return { ok: true, events: [{ type: 'org.set', digest: input.digest, org: input.org }] };
}

/** The same, but that a looser one waits for approvers while governed mode is in force: until then the one that holds goes on. */
export function reorganiseRule(state: State, { digest, org, at_ms }: InputOf<'reorganise'>): Decision<Event> {
  const loosened = state.org === null || state.org_digest === digest ? [] : loosenings(state.org, org);
  const waits = loosened.length === 0 ? undefined : unapprovedPolicy(state, 'coo.yaml', digest, `it loosens governed mode (${loosened.join('; ')})`);
  return waits ?? organiseRule(state, { type: 'organise', digest, org, at_ms });
}

/** Why a text of a policy file is not taken yet; undefined where nobody is asked, or enough have said yes. */
export function unapprovedPolicy(state: State, file: PolicyName, digest: Digest, why: string): Decision<Event> | undefined {
  const needed = approvalsNeeded(state);
  const by = policyApprovers(state, digest);
  if (by.size >= needed) return undefined;
  const so = by.size === 0 ? '' : `, of whom there ${by.size === 1 ? 'is' : 'are'} ${[...by].join(', ')}`;
  return reject('APPROVAL_NEEDED', `${file} is taken when this text of it is approved by ${String(needed)} ${needed === 1 ? 'approver' : 'different approvers'}${so}: ${why}`, `read it, then: coo approve ${file} --key FILE`);
}
