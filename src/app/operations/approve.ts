import { approvalFault } from '../../format/approval-signature.ts';
import { hiddenIn } from '../../format/fault.ts';
import { approvalText, policyApprovalText, readSignature, unarmoured } from '../../format/sshsig.ts';
import type { PolicyName } from '../../kernel/event.ts';
import type { Input, InputOf } from '../../kernel/input.ts';
import { isValidAt } from '../../kernel/signers.ts';
import type { Signer } from '../../kernel/signers.ts';
import type { PlanState } from '../../kernel/state.ts';
import type { SigningKey } from '../../ports/signer.ts';
import { sha256Hex } from '../../format/canonical.ts';
import { Failure } from '../failure.ts';
import { readIfRegular } from '../faults.ts';
import { busPaths } from '../layout.ts';
import type { LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';
import { organiseFirst } from './organise.ts';
import { ORG_FILE, SIGNERS_FILE } from './policy-file.ts';

const DENIED = 3;
const SIGNATURE_CAP = 16_384;
const POLICY_CAP = 1_048_576;

/** How an approval is signed: with a key here, by a signature made elsewhere, or (in dev mode) by a name alone. */
export interface ApprovalWish {
  /** A plan, or a policy file by its name. */
  readonly subject: string;
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

/** What is to be approved. */
interface Subject {
  /** Where characters that are not shown are looked for. */
  readonly text: string;
  /** What is signed. */
  readonly signed: string;
  /** Shows it with nothing hidden. */
  readonly show: string;
  readonly input: (approval: Approval) => Input;
}
type Approval = Pick<InputOf<'approve'>, 'by' | 'sshsig' | 'at_ms'>;

/** What an approver signs, as bytes: for `ssh-keygen -Y sign`. */
export async function approvalOf(world: LedgerWorld, subject: string): Promise<string> {
  const session = await openLedger(world);
  return (await subjectOf(session, subject)).signed;
}

/** An approver's word that the plan's text, as the ledger has it now, may start; or that a policy file, as it stands in this worktree, may be taken. */
export async function approve(world: LedgerWorld, wish: ApprovalWish): Promise<Done> {
  const session = await openLedger(world);
  const { text, signed, show, input } = await subjectOf(session, wish.subject);
  const hidden = hiddenIn(text);
  if (hidden !== undefined && !wish.hidden) throw new Failure({ code: 'TEXT_HIDDEN', message: `${wish.subject} holds a character that is not shown (${hidden}): what you read may not be what an agent reads`, fix: `${show} shows it escaped; if it is meant: coo approve ${wish.subject} --hidden`, exit: DENIED });
  const at_ms = world.clock.now();
  const signature = await signatureFor(session, wish, signed, at_ms);
  const fault = approvalFault({ name: wish.subject, text: signed, ...signature, at_ms }, session.state.signers, 'dev');
  if (fault !== undefined) throw new Failure({ code: fault.code, message: `the approval ${fault.message}`, fix: `sign this very text: coo approve ${wish.subject} --text`, exit: DENIED });
  const done = await applyByHand(session, input({ ...signature, at_ms }));
  // Whoever was the last to say yes need not wait for a manager.
  if (done.ok && isPolicy(wish.subject)) await organiseFirst(session);
  return done;
}

async function subjectOf(session: LedgerSession, subject: string): Promise<Subject> {
  const ledger = session.state.ledger ?? '';
  if (!isPolicy(subject)) {
    const { digest, plan } = await planOf(session, subject);
    const at = { plan_id: subject, digest };
    return { text: JSON.stringify(plan), signed: approvalText({ ledger, ...at }), show: `coo plan show ${subject}`, input: (approval) => ({ type: 'approve', ...at, ...approval }) };
  }
  const { worktree } = session.world.layout;
  const bytes = worktree === null ? undefined : await readIfRegular(session.world.files, `${busPaths.plans(worktree)}/${subject}`, POLICY_CAP);
  if (bytes === undefined) throw new Failure({ code: 'POLICY_ABSENT', message: `there is no _plans/${subject} here`, fix: 'approve it in the worktree where it was edited', exit: 1 });
  const at = { file: subject, digest: sha256Hex(bytes) };
  // What is not signed is refused before: governed mode is the only one that asks.
  return { text: new TextDecoder().decode(bytes), signed: policyApprovalText({ ledger, ...at }), show: `cat -v _plans/${subject}`, input: ({ sshsig, ...approval }) => ({ type: 'approve_policy', ...at, ...approval, sshsig: sshsig ?? '' }) };
}

function isPolicy(subject: string): subject is PolicyName {
  return subject === ORG_FILE || subject === SIGNERS_FILE;
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
  throw new Failure({ code: 'NOT_APPROVER', message: `${what}${wish.as === undefined ? '' : ` under the name ${wish.as}`} in version ${String(session.state.signers?.version ?? 0)} of _plans/signers.yaml`, fix: `name one: coo approve ${wish.subject} --key ~/.ssh/id_ed25519; or sign elsewhere: coo approve ${wish.subject} --text > approval; ssh-keygen -Y sign -n approval@git-coo -f KEY approval; coo approve ${wish.subject} --signature approval.sig`, exit: DENIED });
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
