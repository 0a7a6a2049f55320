import type { TargetCode } from './event.ts';

/** The domain's "no", as a value. One code per cause; `fix` is what to do or type next. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
  readonly fix: string;
}

export type RejectionCode =
  | 'NO_LEDGER'
  | 'NO_ORG'
  | 'PLAN_UNKNOWN'
  | 'PLAN_EXISTS'
  | 'PLAN_ID_TAKEN'
  | 'PLAN_EMPTY'
  | 'PLAN_TOO_LARGE'
  | 'PLAN_STARTED'
  | 'PLAN_ENDED'
  | 'STEP_UNKNOWN'
  | 'STEP_NOT_READY'
  | 'STEP_ENDED'
  | 'STEP_OPEN'
  | 'SEAT_UNKNOWN'
  | 'SEAT_BUSY'
  | 'SEAT_UNFIT'
  | 'HARNESS_UNFIT'
  | 'SEATS_CLOSED'
  | 'SEATS_FULL'
  | 'SEAT_EXISTS'
  | 'OVERLAP'
  | 'STEP_STARTED'
  | 'STEP_NOT_DONE'
  | 'ROLLBACK_NONE'
  | 'QUESTION_NONE'
  | 'CLAIM_HELD'
  | 'CLAIM_NONE'
  | 'FENCE_OLD'
  | 'FENCE_UNKNOWN'
  | 'HOLDER_OTHER'
  | 'CLAIM_BEATING'
  | 'REPORT_LATE'
  | 'NOT_REPORTED'
  | 'JUDGEMENT_STALE'
  | 'NOT_INTEGRATING'
  | 'PAUSED'
  | 'NOT_PAUSED'
  | 'SNAPSHOT_EXISTS'
  | 'SNAPSHOT_UNKNOWN'
  | 'FROZEN'
  | 'NOT_FROZEN'
  | 'BREAKER_OPEN'
  | 'BREAKER_CLOSED'
  | 'WORKERS_FULL'
  | 'SEAT_PARKED'
  | 'BUDGET_SPENT'
  | 'MESSAGE_STALE'
  | 'EPOCH_OLD'
  | 'NOTHING_TO_DO'
  | TargetCode
  | 'APPROVAL_NEEDED'
  | 'APPROVAL_STALE'
  | 'NOT_APPROVER'
  | 'SIGNERS_NONE'
  | 'SIGNERS_VERSION'
  | 'UNCHANGED';

export type Decision<E> = { readonly ok: true; readonly events: readonly E[] } | { readonly ok: false; readonly rejection: Rejection };

export function reject(code: RejectionCode, message: string, fix: string): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection: { code, message, fix } };
}
