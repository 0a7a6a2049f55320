import type { DiskUse } from '../../app/operations/disk-use.ts';
import type { RefusedPlan } from '../../app/operations/refused.ts';
import type { Status } from '../../app/operations/status.ts';
import type { Blocker, PlanView, SeatStatus, StepView } from '../../kernel/views.ts';

/** `coo status --json`: programs read it often, so a member that would say nothing is not there. */
export interface StatusView {
  readonly schema: 'coo/status.v1';
  readonly plans: readonly PlanShown[];
  readonly omitted?: number;
  readonly more?: number;
  readonly refused?: readonly Omit<RefusedPlan, 'at_ms'>[];
  readonly seats: readonly { readonly seat: string; readonly state: SeatStatus; readonly step?: string; readonly why?: string }[];
  readonly breaker: { readonly state: Status['breaker']['state']; readonly reason?: string; readonly scope?: string };
  /** Those that are not closed. */
  readonly breakers?: Status['breakers'];
  readonly paused?: Status['paused'];
  readonly frozen?: NonNullable<Status['frozen']>;
  readonly quiet?: Status['quiet'];
  readonly late?: Status['late'];
  /** Absent: this clone can append. */
  readonly barred?: NonNullable<Status['barred']>;
  readonly parked?: Status['parked'];
  readonly spending?: NonNullable<Status['spending']>;
  readonly manager: { readonly alive: boolean; readonly life: Status['manager']['life']; readonly since?: string; readonly pid?: number; readonly seen?: string };
  readonly ledger: { readonly seq: number; readonly head?: string; readonly id?: string };
  readonly mode: Status['mode'];
  /** Only where it was asked for. */
  readonly disk?: DiskUse;
}
interface PlanShown {
  readonly plan_id: string;
  readonly title: string;
  readonly state: PlanView['state'];
  readonly done: number;
  readonly of: number;
  readonly blockers?: readonly Blocker[];
  readonly steps: readonly StepShown[];
}
interface StepShown {
  readonly step_id: string;
  readonly state: StepView['state'];
  readonly seat?: string;
  /** Not there: never granted. */
  readonly attempt?: number;
  readonly fence?: number;
  readonly why?: string;
}

export function statusView(status: Status, disk?: DiskUse): StatusView {
  const { plans, omitted, more, refused, seats, breaker, breakers, paused, frozen, quiet, late, barred, parked, spending, manager, ledger, mode } = status;
  return {
    schema: 'coo/status.v1',
    plans: plans.map(planShown),
    ...(omitted === 0 ? {} : { omitted }),
    ...(more === 0 ? {} : { more }),
    ...(refused.length === 0 ? {} : { refused: refused.map(({ path, faults, more: beyond }) => ({ path, faults, more: beyond })) }),
    seats: seats.map(seatShown),
    breaker: { state: breaker.state, ...(breaker.reason === null ? {} : { reason: breaker.reason }), ...(breaker.scope === null ? {} : { scope: breaker.scope }) },
    ...(breakers.length === 0 ? {} : { breakers }),
    ...(paused.length === 0 ? {} : { paused }),
    ...(frozen === null ? {} : { frozen }),
    ...(quiet.length === 0 ? {} : { quiet }),
    ...(late.length === 0 ? {} : { late }),
    ...(barred === null ? {} : { barred }),
    ...(parked.length === 0 ? {} : { parked }),
    ...(spending === null ? {} : { spending }),
    manager: { alive: manager.alive, life: manager.life, ...(manager.since === null ? {} : { since: manager.since }), ...(manager.pid === null ? {} : { pid: manager.pid }), ...(manager.seen === null ? {} : { seen: manager.seen }) },
    ledger: { seq: ledger.seq, ...(ledger.head === null ? {} : { head: ledger.head }), ...(ledger.id === null ? {} : { id: ledger.id }) },
    mode,
    ...(disk === undefined ? {} : { disk }),
  };
}

function seatShown({ seat, state, step, why }: Status['seats'][number]): StatusView['seats'][number] {
  return { seat, state, ...(step === null ? {} : { step }), ...(why === undefined ? {} : { why }) };
}

function planShown({ plan_id, title, state, done, of, blockers, steps }: PlanView): PlanShown {
  return { plan_id, title, state, done, of, ...(blockers.length === 0 ? {} : { blockers }), steps: steps.map(stepShown) };
}

function stepShown({ step_id, state, seat, attempt, fence, why }: StepView): StepShown {
  return { step_id, state, ...(seat === null ? {} : { seat }), ...(fence === 0 ? {} : { attempt, fence }), ...(why === null ? {} : { why }) };
}
