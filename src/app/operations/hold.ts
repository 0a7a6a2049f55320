import { sha256Hex } from '../../format/canonical.ts';
import { orderId, stepKey } from '../../kernel/ids.ts';
import type { Fence, PlanId, SeatId, StepId } from '../../kernel/ids.ts';
import type { Input } from '../../kernel/input.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { Failure } from '../failure.ts';
import { redactor } from '../worker/redact.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import { findStep } from './find.ts';
import type { Done } from './by-hand.ts';
import { readToken } from './tokens.ts';

export interface HeldStep {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  /** The fence of the claim, as the grant said it. Without it nothing is said: the live claim may be somebody else's. */
  readonly fence?: Fence;
  readonly token?: string;
}

/** What the holder of a claim says about it. */
export type Word =
  | { readonly kind: 'renew' }
  | { readonly kind: 'release'; readonly reason: string }
  | { readonly kind: 'block'; readonly reason: string }
  | { readonly kind: 'question'; readonly to: string; readonly text: string }
  | { readonly kind: 'give'; readonly seat: SeatId; readonly reason: string }
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'done'; readonly commit: string | null };

/** Says something under a claim's fence. */
export async function sayHeld(world: LedgerWorld, held: HeldStep, word: Word): Promise<Done> {
  const session = await openLedger(world);
  const { fence } = held;
  if (fence === undefined) throw await unfenced(session, held);
  await session.ensure(held.plan_id);
  const token = held.token ?? (await readToken(world, orderId(held.plan_id, held.step_id, fence)));
  const at = { plan_id: held.plan_id, step_id: held.step_id, fence, at_ms: world.clock.now(), ...(token === undefined ? {} : { token_sha256: sha256Hex(token) }) };
  return applyByHand(session, inputOf(await cleanWord(world, word, token), at));
}

/** Its text goes into the ledger as it stands: without what looks like a secret, and without the claim's token. */
async function cleanWord({ secrets }: Pick<LedgerWorld, 'secrets'>, word: Word, token: string | undefined): Promise<Word> {
  const { text: clean } = redactor(secrets, token === undefined ? [] : [token]);
  if ('text' in word) return { ...word, text: await clean(word.text) };
  return 'reason' in word ? { ...word, reason: await clean(word.reason) } : word;
}

function inputOf(word: Word, at: { readonly plan_id: PlanId; readonly step_id: StepId; readonly fence: Fence; readonly at_ms: number; readonly token_sha256?: string }): Input {
  switch (word.kind) {
    case 'renew':
      return { ...at, type: 'renew' };
    case 'release':
      return { ...at, type: 'release', reason: word.reason };
    case 'block':
      return { ...at, type: 'block', reason: word.reason };
    case 'question':
      return { ...at, type: 'question', to: word.to, text: word.text };
    case 'give':
      return { ...at, type: 'give', seat: word.seat, reason: word.reason };
    case 'progress':
      return { ...at, type: 'progress', text: word.text };
    case 'done':
      return { ...at, type: 'done', commit: word.commit };
    default:
      return word satisfies never;
  }
}

async function unfenced(session: LedgerSession, held: HeldStep): Promise<Failure> {
  const key = stepKey(held.plan_id, held.step_id);
  const { step } = await findStep(session, held.plan_id, held.step_id);
  const claim = session.state.claims.get(key);
  if (claim !== undefined) return new Failure({ code: 'FENCE_UNSAID', message: `say under which fence you hold ${key}`, fix: `${claim.seat} holds it: if that is you, add --fence ${String(claim.fence)}`, exit: 2 });
  return new Failure({ code: 'CLAIM_NONE', message: `nobody holds ${key}; it is ${step.status}`, fix: `coo explain ${key}`, exit: 5 });
}
