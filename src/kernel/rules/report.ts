import type { Event, Scope } from '../event.ts';
import { stepKey } from '../ids.ts';
import type { InputOf } from '../input.ts';
import { managed } from '../ranking.ts';
import { reject } from '../rejection.ts';
import type { Decision } from '../rejection.ts';
import { wallOf } from '../spending.ts';
import type { Claim, State, StepState } from '../state.ts';
import { endedRun } from '../recent.ts';
import { afterFailure } from './failure.ts';
import { findClaim, findHolder } from './find.ts';
import { limitsOf } from './grant.ts';
import { waitsFor } from './question.ts';
import { quotaEvent, spentEvents } from './spend.ts';
import { breakerAfterFailure } from './trip.ts';

/** A worker announced itself under the name that only one can link. */
export function startedRule(state: State, input: InputOf<'started'>): Decision<Event> {
  const found = findClaim(state, input);
  if (!found.ok) return found;
  const { plan_id, step_id, fence, worker } = input;
  if (found.claim.worker !== null) return reject('UNCHANGED', `worker ${found.claim.worker} runs ${stepKey(plan_id, step_id)}`, 'nothing to do');
  return { ok: true, events: [{ type: 'run.started', plan_id, step_id, fence, worker }] };
}

/** The holder of a held claim says it is done; that is a request to be judged, no more. */
export function doneRule(state: State, input: InputOf<'done'>): Decision<Event> {
  const found = findHolder(state, input);
  if (!found.ok) return found;
  if (found.claim.kind === 'beating') return reject('CLAIM_BEATING', `fence ${String(input.fence)} is a harness's, which reports when its run is over`, 'end the work; the harness does the rest');
  if (found.claim.reported !== null) return reject('REPORT_LATE', `fence ${String(input.fence)} reported already and is being judged`, `coo explain ${stepKey(input.plan_id, input.step_id)}`);
  const { plan_id, step_id, fence, commit } = input;
  return { ok: true, events: [{ type: 'run.reported', plan_id, step_id, fence, commit, authenticated: found.authenticated }] };
}

/** A harness's run is over: passed asks for judgement, anything else ends the attempt. */
export function finishedRule(state: State, input: InputOf<'finished'>): Decision<Event> {
  const found = findClaim(state, input);
  if (!found.ok) return found;
  const { plan, step, claim } = found;
  const { fence } = input;
  if (claim.reported !== null) return reject('REPORT_LATE', `fence ${String(fence)} reported already`, 'nothing to do');
  const spent = input.usage === undefined ? [] : spentEvents(state, plan, claim, input.usage, input.at_ms);
  const ended = endedEvents(state, step, claim, input, spent.flatMap((event) => (event.type === 'breaker.opened' ? [event.scope] : [])));
  return { ok: true, events: [...spent, ...ended] };
}

/** Of a seat that the manager works for: it gets nothing until what it lacks is there. Nobody looks at another one, so that time alone has to do. */
function unfitEvent(state: State, claim: Claim, { unfit }: InputOf<'finished'>): Event | undefined {
  const seat = state.seats.get(claim.seat)?.seat;
  return unfit === undefined || seat === undefined || !managed(seat) ? undefined : { type: 'seat.unfit', group: seat.group, ...unfit };
}

/** Whether its time was what a budget had left, and no more: another attempt would have none. */
function isCut(state: State, step: StepState, { reserved }: Claim): boolean {
  return reserved.wall_ms !== null && reserved.wall_ms < wallOf(state, step);
}

function endedEvents(state: State, step: StepState, claim: Claim, input: InputOf<'finished'>, stopped: readonly Scope[]): readonly Event[] {
  const { plan_id, step_id, fence, findings, receipt, fingerprint } = input;
  switch (input.result) {
    case 'passed':
      return [{ type: 'run.reported', plan_id, step_id, fence, commit: input.commit, authenticated: true }];
    case 'blocked':
      if (input.question !== undefined) {
        const { to, text } = input.question;
        const asked: Event = { type: 'question.asked', plan_id, step_id, fence, to, text, at_ms: input.at_ms };
        return [asked, { type: 'run.ended', plan_id, step_id, fence, result: 'blocked', findings, next: { kind: 'block', reason: waitsFor(to, text) }, receipt, fingerprint }];
      }
      return [{ type: 'run.ended', plan_id, step_id, fence, result: 'blocked', findings, next: { kind: 'block', reason: findings[0]?.message ?? 'the worker blocked it' }, receipt, fingerprint }];
    case 'cancelled':
      return [{ type: 'run.ended', plan_id, step_id, fence, result: 'cancelled', findings, next: { kind: 'retry', ready_at_ms: input.at_ms }, receipt, fingerprint }];
    case 'parked': {
      const reason = findings[0]?.message ?? 'the provider takes no more for now';
      const parked = unfitEvent(state, claim, input) ?? quotaEvent(state, claim, reason, input.until_ms, { at_ms: input.at_ms, otherwise: limitsOf(state).backoff_cap_ms });
      return [parked, { type: 'run.ended', plan_id, step_id, fence, result: 'parked', findings, next: { kind: 'retry', ready_at_ms: input.at_ms }, receipt, fingerprint }, { type: 'step.ready', plan_id, step_id }];
    }
    case 'failed':
    case 'timed_out': {
      if (input.result === 'timed_out' && isCut(state, step, claim)) return [{ type: 'run.ended', plan_id, step_id, fence, result: 'timed_out', findings, next: { kind: 'block', reason: `what was left of a budget of wall time ended it after ${String(claim.reserved.wall_ms)} ms: raise it, then retry` }, receipt, fingerprint }];
      const next = afterFailure(state, step, findings, input.at_ms);
      const empty = input.empty === undefined ? {} : { empty: input.empty };
      const ended: Event = { type: 'run.ended', plan_id, step_id, fence, result: input.result, findings, next, receipt, fingerprint, ...empty };
      return [ended, ...breakerAfterFailure(state, step, { run: endedRun(state, claim, { failed: true, fingerprint, ...empty }), at_ms: input.at_ms, findings, stopped })];
    }
    default:
      return input.result satisfies never;
  }
}
