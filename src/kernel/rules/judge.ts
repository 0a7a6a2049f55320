import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { endedRun } from '../recent.ts';
import { afterFailure } from './failure.ts';
import { findClaim } from './find.ts';
import { frozenRejection } from './freeze.ts';
import { breakerAfterFailure, breakerAfterSuccess } from './trip.ts';

/**
 * The judgement of a merge candidate. It counts only for the tip it was built on: if the plan's branch moved, the attempt is judged again.
 * Accepting is merging. A held claim that lacks something is told so and kept; a harness's attempt ends.
 */
export function judgedRule(state: State, input: InputOf<'judged'>): Decision<Event> {
  const found = findClaim(state, input);
  if (!found.ok) return found;
  const { plan, step, claim } = found;
  const { plan_id, step_id, fence, receipt, verdict, fingerprint } = input;
  const key = stepKey(plan_id, step_id);
  if (claim.reported === null) return reject('NOT_REPORTED', `fence ${String(fence)} of ${key} has not reported`, 'nothing to do');
  // It was on its way when the freeze came: judged anew after the thaw.
  if (state.frozen !== null) return frozenRejection(state.frozen);
  if (plan.tip !== input.plan_before) return reject('JUDGEMENT_STALE', `the branch of ${plan_id} moved while ${key} was judged`, 'judge it again');
  switch (verdict.kind) {
    case 'accepted': {
      const accepted: Event = { type: 'run.accepted', plan_id, step_id, fence, commit: claim.reported.commit, plan_before: input.plan_before, plan_after: verdict.plan_after, receipt };
      return { ok: true, events: [accepted, ...breakerAfterSuccess(state, step, input.at_ms)] };
    }
    case 'blocked': {
      const { findings, reason } = verdict;
      return { ok: true, events: [{ type: 'run.ended', plan_id, step_id, fence, result: 'blocked', findings, next: { kind: 'block', reason }, receipt, fingerprint }] };
    }
    case 'conflict': {
      const { findings, reason, conflict } = verdict;
      // By hand it is mended where it stands: merge the branch into the work, report again.
      if (claim.kind === 'held') return { ok: true, events: [{ type: 'run.returned', plan_id, step_id, fence, findings }] };
      const ended = { type: 'run.ended', plan_id, step_id, fence, result: 'blocked', findings, receipt, fingerprint, conflict } as const;
      if (step.conflict !== null) return { ok: true, events: [{ ...ended, next: { kind: 'block', reason } }] };
      return { ok: true, events: [{ ...ended, next: { kind: 'retry', ready_at_ms: input.at_ms } }, { type: 'step.ready', plan_id, step_id }] };
    }
    case 'refused': {
      if (claim.kind === 'held') return { ok: true, events: [{ type: 'run.returned', plan_id, step_id, fence, findings: verdict.findings }] };
      const next = afterFailure(state, step, verdict.findings, input.at_ms);
      const empty = input.empty === undefined ? {} : { empty: input.empty };
      const ended: Event = { type: 'run.ended', plan_id, step_id, fence, result: 'failed', findings: verdict.findings, next, receipt, fingerprint, ...empty };
      return { ok: true, events: [ended, ...breakerAfterFailure(state, step, { run: endedRun(state, claim, { failed: true, fingerprint, ...empty }), at_ms: input.at_ms, findings: verdict.findings, stopped: [] })] };
    }
    default:
      return verdict satisfies never;
  }
}
