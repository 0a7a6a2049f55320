import type { ClaimKind, Event } from '../event.ts';
import type { Digest, Millis } from '../ids.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { Limits } from '../limits.ts';
import type { Seat } from '../org.ts';
import { managed } from '../ranking.ts';
import type { PlanState, State, StepState } from '../state.ts';

export function limitsOf(state: State): Limits {
  return state.org?.limits ?? DEFAULT_LIMITS;
}

/** The event of one grant: the next fence, a lease by the kind of holder. */
export function grantEvent(
  state: State,
  plan: PlanState,
  step: StepState,
  to: { readonly seat: Seat; readonly nonce: string; readonly token_sha256: Digest; readonly kind: ClaimKind; readonly at_ms: Millis; readonly byManager: boolean },
): Event {
  const limits = limitsOf(state);
  const held_ms = to.seat.harness === 'person' ? limits.person_lease_ms : limits.held_lease_ms;
  return {
    type: 'step.claimed',
    plan_id: step.plan_id,
    step_id: step.step_id,
    fence: step.fence + 1,
    seat: to.seat.seat,
    nonce: to.nonce,
    kind: to.kind,
    lease_ms: step.spec.lease_ms ?? (to.kind === 'beating' ? limits.lease_ms : held_ms),
    start: plan.tip,
    at_ms: to.at_ms,
    token_sha256: to.token_sha256,
    started_by_manager: to.byManager && managed(to.seat),
  };
}
