import type { Event } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { unapprovedPolicy } from './organise.ts';

/** The signers as signers.yaml says them now. The first list is taken as it is: there is nobody yet who could vouch for it. */
export function trustRule(state: State, input: InputOf<'trust'>): Decision<Event> {
  const { version, digest, signers } = input;
  if (state.ledger === null) return reject('NO_LEDGER', 'there is no ledger here', 'coo init');
  if (state.signers?.digest === digest) return reject('UNCHANGED', 'signers.yaml is the one in the ledger', 'nothing to do');
  const before = state.signers?.version ?? 0;
  if (version <= before) return reject('SIGNERS_VERSION', `signers.yaml is another than the ledger's, and of version ${String(version)}; the ledger's is ${String(before)}`, `write version: ${String(before + 1)}`);
  return { ok: true, events: [{ type: 'signers.set', version, digest, signers }] };
}

/** The same, but that in governed mode approvers say who may approve: whoever can write a file is not one of them for that. */
export function retrustRule(state: State, { version, digest, signers, at_ms }: InputOf<'retrust'>): Decision<Event> {
  const taken = trustRule(state, { type: 'trust', version, digest, signers, at_ms });
  return taken.ok ? (unapprovedPolicy(state, 'signers.yaml', digest, 'it says whose keys count') ?? taken) : taken;
}
