import { approvers, policyApprovers } from '../approval.ts';
import type { Event } from '../event.ts';
import type { Millis } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { isValidAt } from '../signers.ts';
import type { State } from '../state.ts';

/**
 * An approver lets one text of a plan start. The signature was proven before this was asked; here counts whether its maker may approve, and that
 * the text is the plan's own. In dev mode an unsigned word is taken too, and nothing waits for it.
 */
export function approveRule(state: State, input: InputOf<'approve'>): Decision<Event> {
  const { plan_id, digest, by, sshsig, at_ms } = input;
  const plan = state.plans.get(plan_id);
  if (plan === undefined) return reject('PLAN_UNKNOWN', `there is no plan ${plan_id} in the ledger`, 'coo plan list');
  if (plan.cancelled !== null) return reject('PLAN_ENDED', `plan ${plan_id} is cancelled: ${plan.cancelled}`, 'nothing to do');
  if (plan.digest !== digest) return reject('APPROVAL_STALE', `the text of ${plan_id} is another one by now: ${plan.digest.slice(0, 12)}, not ${digest.slice(0, 12)}`, `read it again: coo plan show ${plan_id}; then: coo approve ${plan_id}`);
  if (approvers(plan).has(by)) return reject('UNCHANGED', `${by} has approved this text of ${plan_id}`, 'nothing to do');
  if (state.org?.mode === 'governed' && (sshsig === null || !mayApprove(state, by, at_ms))) return reject('NOT_APPROVER', sshsig === null ? 'governed mode takes no approval without a signature' : `${by} is no approver in _plans/signers.yaml`, `sign it with an approver's key: coo approve ${plan_id} --key FILE`);
  return { ok: true, events: [{ type: 'plan.approved', plan_id, digest, by, sshsig, at_ms }] };
}

/** An approver lets one text of coo.yaml or signers.yaml be taken. Where nobody is asked, there is nothing to say. */
export function approvePolicyRule(state: State, { file, digest, by, sshsig, at_ms }: InputOf<'approve_policy'>): Decision<Event> {
  if (state.org?.mode !== 'governed') return reject('UNCHANGED', `${file} is taken without approval: the mode is dev`, 'nothing to do');
  if (digest === (file === 'coo.yaml' ? state.org_digest : state.signers?.digest)) return reject('UNCHANGED', `this text of ${file} is in force`, 'nothing to do');
  if (policyApprovers(state, digest).has(by)) return reject('UNCHANGED', `${by} has approved this text of ${file}`, 'nothing to do');
  if (!mayApprove(state, by, at_ms)) return reject('NOT_APPROVER', `${by} is no approver in the _plans/signers.yaml that is in force`, `sign it with an approver's key: coo approve ${file} --key FILE`);
  return { ok: true, events: [{ type: 'policy.approved', file, digest, by, sshsig, at_ms }] };
}

function mayApprove({ signers }: State, by: string, at_ms: Millis): boolean {
  return signers?.signers.some((signer) => signer.principal === by && signer.roles.includes('approver') && isValidAt(signer, at_ms)) ?? false;
}
