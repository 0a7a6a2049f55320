import type { RejectionCode } from '../../kernel/rejection.ts';

/** The exit codes of every command, as the design lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  approval: 4,
  conflict: 5,
  budget: 6,
  ledger: 7,
  breaker: 8,
  tryAgain: 75,
  timedOut: 124,
  interrupted: 130,
  terminated: 143,
} as const;

/** What each says to whoever called the command. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, or it was so already',
  failed: 'it could not be done; for coo run: a plan failed or is blocked in this run, or a file of _plans is refused',
  usage: 'the command line is wrong, or says too little, or ends a stop that is not there',
  denied: 'a rule says no: the seat does not fit, or work is paused or frozen',
  approval: 'only people are waited for, or work is paused or frozen',
  conflict: 'somebody else holds the step, or the fence is old',
  budget: 'a budget is used up',
  ledger: 'the ledger does not verify',
  breaker: 'a circuit breaker is open',
  tryAgain: 'not now: nothing is ready, another manager lives, or others were faster',
  timedOut: 'something did not end in time',
  interrupted: 'Ctrl-C',
  terminated: 'ended by a signal',
};

/** Code and meaning, in the order of the codes. */
export function exitRows(): readonly (readonly [code: number, meaning: string])[] {
  return (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => [EXIT[name], EXIT_MEANINGS[name]]);
}

/** What a "no" of the domain means to whoever called the command. A new code does not compile without a decision here. */
export const REJECTION_EXITS: Readonly<Record<RejectionCode, number>> = {
  NO_LEDGER: EXIT.failed,
  NO_ORG: EXIT.failed,
  PLAN_UNKNOWN: EXIT.failed,
  PLAN_EXISTS: EXIT.failed,
  PLAN_ID_TAKEN: EXIT.failed,
  PLAN_EMPTY: EXIT.failed,
  PLAN_TOO_LARGE: EXIT.failed,
  PLAN_STARTED: EXIT.failed,
  PLAN_ENDED: EXIT.failed,
  STEP_UNKNOWN: EXIT.failed,
  // Waiting would help some of these steps and never others (failed, blocked), so it is not "try again".
  STEP_NOT_READY: EXIT.failed,
  STEP_ENDED: EXIT.failed,
  STEP_OPEN: EXIT.failed,
  SEAT_UNKNOWN: EXIT.failed,
  NOT_REPORTED: EXIT.failed,
  NOT_INTEGRATING: EXIT.failed,
  // Not exit 0: whoever resumes one plan while everything is paused must hear that nothing moved, and which scope to name.
  NOT_PAUSED: EXIT.usage,
  NOT_FROZEN: EXIT.usage,
  BREAKER_CLOSED: EXIT.usage,
  QUESTION_NONE: EXIT.failed,
  ROLLBACK_NONE: EXIT.failed,
  STEP_NOT_DONE: EXIT.failed,
  SNAPSHOT_EXISTS: EXIT.failed,
  SNAPSHOT_UNKNOWN: EXIT.failed,
  SEAT_EXISTS: EXIT.conflict,
  SEATS_CLOSED: EXIT.denied,
  SEATS_FULL: EXIT.tryAgain,
  STEP_STARTED: EXIT.conflict,
  OVERLAP: EXIT.conflict,
  SEAT_UNFIT: EXIT.denied,
  HARNESS_UNFIT: EXIT.denied,
  PAUSED: EXIT.denied,
  // As a pause, and not as an open breaker: a person said so, and a person ends it.
  FROZEN: EXIT.denied,
  // As with an approval: the plan stands still until a person puts the branch right.
  TARGET_GONE: EXIT.approval,
  TARGET_REWRITTEN: EXIT.approval,
  APPROVAL_NEEDED: EXIT.approval,
  APPROVAL_STALE: EXIT.failed,
  NOT_APPROVER: EXIT.denied,
  SIGNERS_NONE: EXIT.failed,
  SIGNERS_VERSION: EXIT.denied,
  SEAT_BUSY: EXIT.conflict,
  CLAIM_HELD: EXIT.conflict,
  CLAIM_NONE: EXIT.conflict,
  CLAIM_BEATING: EXIT.conflict,
  FENCE_OLD: EXIT.conflict,
  FENCE_UNKNOWN: EXIT.conflict,
  HOLDER_OTHER: EXIT.conflict,
  REPORT_LATE: EXIT.conflict,
  BREAKER_OPEN: EXIT.breaker,
  WORKERS_FULL: EXIT.tryAgain,
  SEAT_PARKED: EXIT.tryAgain,
  BUDGET_SPENT: EXIT.budget,
  NOTHING_TO_DO: EXIT.tryAgain,
  JUDGEMENT_STALE: EXIT.tryAgain,
  EPOCH_OLD: EXIT.tryAgain,
  UNCHANGED: EXIT.ok,
  MESSAGE_STALE: EXIT.ok,
};
