import { stepKey } from '../../kernel/ids.ts';
import type { PlanId, SeatId, StepId } from '../../kernel/ids.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { managerLife } from '../manager/epoch.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, openLedger } from './by-hand.ts';
import { askGrant } from './claim.ts';
import type { ClaimAnswer } from './claim.ts';
import type { ByHand } from './manage.ts';

export interface Seizure extends ByHand {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly seat: SeatId;
  readonly nonce: string;
  /** Told once when a worker must be stopped before the grant. */
  readonly onWait: () => void;
}

/** How long a worker may take to be seen dead before the command gives up, in milliseconds. The step stays kept for the seat. */
const WITHIN_MS = 60_000;
const LOOK_MS = 250;

/** Takes a step from its holder for a seat. One held by hand changes hands at once; a worker is stopped first, by the manager. */
export async function seize(world: LedgerWorld, { plan_id, step_id, seat, nonce, by, reason, onWait }: Seizure): Promise<ClaimAnswer> {
  world.git.warm?.();
  const session = await openLedger(world);
  const at = { plan_id, step_id, seat, nonce };
  const seized = await askGrant(session, async (token_sha256) => applyByHand(session, { type: 'seize', ...at, token_sha256, by, reason, at_ms: world.clock.now() }));
  if (!seized.ok) return seized;
  if (seized.claimed !== undefined) return { ok: true, claimed: seized.claimed };
  requireManager(session, at);
  onWait();
  const deadline = world.clock.monotonic() + WITHIN_MS;
  for (;;) {
    const asked = await askGrant(session, async (token_sha256) => applyByHand(session, { type: 'claim', ...at, token_sha256, kind: 'held', at_ms: world.clock.now() }));
    if (asked.ok && asked.claimed !== undefined) return { ok: true, claimed: asked.claimed };
    if (!asked.ok && asked.rejection.code !== 'STEP_NOT_READY') return asked;
    requireManager(session, at);
    if (world.clock.monotonic() >= deadline) {
      throw new Failure({ code: 'WORKER_LIVES', message: `the worker of ${stepKey(plan_id, step_id)} is not seen dead yet; the step is kept for ${seat}`, fix: claimLater(at), exit: 75 });
    }
    await world.clock.sleep(LOOK_MS);
  }
}

interface At {
  readonly plan_id: PlanId;
  readonly step_id: StepId;
  readonly seat: SeatId;
}

function requireManager(session: LedgerSession, at: At): void {
  const { kind } = managerLife(session);
  if (kind === 'alive' || kind === 'unknown') return;
  throw new Failure({ code: 'NO_MANAGER', message: `${stepKey(at.plan_id, at.step_id)} is kept for ${at.seat}, but only a manager stops its worker, and none is at work`, fix: `coo run, and then: ${claimLater(at)}`, exit: 75 });
}

function claimLater({ plan_id, step_id, seat }: At): string {
  return `coo claim ${stepKey(plan_id, step_id)} --seat ${seat}`;
}
