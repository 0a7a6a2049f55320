import type { Event } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import type { State } from '../state.ts';
import { afterLoss } from './failure.ts';
import { findClaim, findStepOf } from './find.ts';
import { spentEvents } from './spend.ts';

/** A beating worker is gone. Its tree is killed and seen dead before a new fence is minted. */
export function lostRule(state: State, input: InputOf<'lost'>): Decision<Event> {
  const found = findClaim(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, why, receipt } = input;
  if (found.claim.reported !== null) return reject('REPORT_LATE', `fence ${String(fence)} reported before it was lost`, 'nothing to do');
  const spent = input.usage === undefined ? [] : spentEvents(state, found.plan, found.claim, input.usage, input.at_ms);
  return { ok: true, events: [...spent, { type: 'run.lost', plan_id, step_id, fence, why, next: afterLoss(state, found.step, input.at_ms, why), receipt }] };
}

/** A held claim's lease is over: the holder is asked first; who does not answer loses it. */
export function ranOutRule(state: State, input: InputOf<'ran_out'>): Decision<Event> {
  const found = findClaim(state, input);
  if (!found.ok) return found;
  const { claim } = found;
  const { plan_id, step_id, fence } = input;
  if (claim.kind !== 'held' || claim.reported !== null || claim.renewals !== input.renewals) return reject('UNCHANGED', `fence ${String(fence)} was renewed`, 'nothing to do');
  if (!claim.asked) return { ok: true, events: [{ type: 'claim.asked', plan_id, step_id, fence }] };
  return { ok: true, events: [{ type: 'claim.expired', plan_id, step_id, fence, next: { kind: 'retry', ready_at_ms: input.at_ms } }, { type: 'step.ready', plan_id, step_id }] };
}

/** The worker of a fence was killed, or was never there, and is seen dead. */
export function stoppedRule(state: State, input: InputOf<'stopped'>): Decision<Event> {
  const found = findStepOf(state, input.plan_id, input.step_id);
  if (!found.ok) return found;
  const { plan, step } = found;
  const { plan_id, step_id, fence, survivors, usage } = input;
  if (step.stopping !== fence) return reject('UNCHANGED', `nothing is owed for fence ${String(fence)} of ${stepKey(plan_id, step_id)}`, 'nothing to do');
  const stopped: Event = { type: 'worker.stopped', plan_id, step_id, fence, survivors };
  const spent = usage === undefined || step.unaccounted === null ? [] : spentEvents(state, plan, { plan_id, step_id, fence, seat: step.unaccounted }, usage, input.at_ms);
  const due = step.ready_at_ms !== null && step.ready_at_ms <= input.at_ms;
  return { ok: true, events: [...spent, stopped, ...(due ? [{ type: 'step.ready', plan_id, step_id } as const] : [])] };
}
