import type { Event } from '../event.ts';
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
