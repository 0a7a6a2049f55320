import { approvalFault } from '../../format/approval-signature.ts';
import { hiddenIn } from '../../format/fault.ts';
import { approvalText, readSignature, unarmoured } from '../../format/sshsig.ts';
import { isValidAt } from '../../kernel/signers.ts';
import type { Signer } from '../../kernel/signers.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { SigningKey } from '../../ports/signer.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';

const DENIED = 3;
const SIGNATURE_CAP = 16_384;

/** How an approval is signed: with a key here, by a signature made elsewhere, or (in dev mode) by a name alone. */
export interface ApprovalWish {
  readonly plan_id: string;
  /** A private key; absent: this machine's for the ledger, where it is an approver's. */
  readonly key?: string;
  /** A file of `ssh-keygen -Y sign -n approval@git-coo`. */
  readonly signature?: string;
  /** Under which name, where a key is listed under several. */
  readonly as?: string;
  /** Who types, in dev mode without a key. */
  readonly user: string;
  /** Take a text that holds characters which are not shown. */
  readonly hidden: boolean;
}

/** What an approver signs, as bytes: for `ssh-keygen -Y sign`. */
export async function approvalOf(world: LedgerWorld, plan_id: string): Promise<string> {
  const session = await openLedger(world);
  const plan = await planOf(session, plan_id);
  return approvalText({ ledger: session.state.ledger ?? '', plan_id, digest: plan.digest });
}

/** An approver's word that the plan's text, as the ledger has it now, may start. */
export async function approve(world: LedgerWorld, wish: ApprovalWish): Promise<Done> {
  const session = await openLedger(world);
  const plan = await planOf(session, wish.plan_id);
  const { digest } = plan;
  const hidden = hiddenIn(JSON.stringify(plan.plan));
  if (hidden !== undefined && !wish.hidden) throw new Failure({ code: 'TEXT_HIDDEN', message: `plan ${wish.plan_id} holds a character that is not shown (${hidden}): what you read may not be what an agent reads`, fix: `coo plan show ${wish.plan_id} shows it escaped; if it is meant: coo approve ${wish.plan_id} --hidden`, exit: DENIED });
  const at_ms = world.clock.now();
  const ledger = session.state.ledger ?? '';
  const signed = await signatureFor(session, wish, approvalText({ ledger, plan_id: wish.plan_id, digest }), at_ms);
  const approval = { plan_id: wish.plan_id, digest, ...signed, at_ms };
  const fault = approvalFault(approval, ledger, session.state.signers, 'dev');
  if (fault !== undefined) throw new Failure({ code: fault.code, message: `the approval ${fault.message}`, fix: `sign this very text: coo approve ${wish.plan_id} --text`, exit: DENIED });
  return applyByHand(session, { type: 'approve', ...approval });
}

async function planOf(session: LedgerSession, plan_id: string): Promise<PlanState> {
  await session.ensure(plan_id);
  const plan = session.state.plans.get(plan_id);
  if (plan === undefined) throw new Failure({ code: 'PLAN_UNKNOWN', message: `there is no plan ${plan_id} in the ledger`, fix: 'coo plan list', exit: 1 });
  return plan;
}

async function signatureFor(session: LedgerSession, wish: ApprovalWish, text: string, at_ms: number): Promise<{ readonly by: string; readonly sshsig: string | null }> {
  const approversOf = (line: string): readonly Signer[] => (session.state.signers?.signers ?? []).filter((signer) => signer.key === line && signer.roles.includes('approver') && isValidAt(signer, at_ms) && (wish.as === undefined || signer.principal === wish.as));
  if (wish.signature !== undefined) return madeElsewhere(session, wish, wish.signature);
  const keys = await session.world.keys?.();
  const tried: readonly SigningKey[] = keys === undefined ? [] : wish.key === undefined ? await keys.of(session.state.ledger ?? '') : [await keys.at(wish.key)];
  for (const key of tried) {
    const [signer] = approversOf(key.public.line);
    if (signer !== undefined) return { by: signer.principal, sshsig: key.sign(text, 'approval@git-coo') };
  }
  if (wish.key === undefined && session.state.org?.mode !== 'governed') return { by: wish.as ?? wish.user, sshsig: null };
  const what = wish.key === undefined ? 'no key of this machine is an approver\'s' : `${wish.key} is no approver's key`;
  throw new Failure({ code: 'NOT_APPROVER', message: `${what}${wish.as === undefined ? '' : ` under the name ${wish.as}`} in version ${String(session.state.signers?.version ?? 0)} of _plans/signers.yaml`, fix: `name one: coo approve ${wish.plan_id} --key ~/.ssh/id_ed25519; or sign elsewhere: coo approve ${wish.plan_id} --text > approval; ssh-keygen -Y sign -n approval@git-coo -f KEY approval; coo approve ${wish.plan_id} --signature approval.sig`, exit: DENIED });
}

async function madeElsewhere(session: LedgerSession, wish: ApprovalWish, file: string): Promise<{ readonly by: string; readonly sshsig: string }> {
  const armoured = new TextDecoder('utf-8').decode(await session.world.files.read(file, SIGNATURE_CAP));
  const sshsig = unarmoured(armoured);
  const read = sshsig === undefined ? undefined : readSignature(sshsig, 'approval@git-coo');
  if (sshsig === undefined || read?.ok !== true) throw new Failure({ code: read?.ok === false ? read.fault.code : 'SIGNATURE_SHAPE', message: `${file} ${read?.ok === false ? read.fault.message : 'is no signature as ssh-keygen writes it'}`, fix: 'ssh-keygen -Y sign -n approval@git-coo -f KEY approval', exit: DENIED });
  const blob = read.signature.key.toString('base64');
  const signer = session.state.signers?.signers.find(({ principal, key }) => key.endsWith(` ${blob}`) && (wish.as === undefined || principal === wish.as));
  return { by: signer?.principal ?? wish.as ?? wish.user, sshsig };
}
