import type { Scope } from './event.ts';
import type { PlanId, SeatId, StepId } from './ids.ts';
import { stepKey } from './ids.ts';
import { RECENT_RUNS } from './limits.ts';
import { harnessScope, scopeParts, seatScope } from './scope.ts';
import type { EndedRun } from './ended-run.ts';
import type { State } from './state.ts';

/** A run that ended, as the breaker counts it. A seat that is gone from the organisation is its own group. */
export function endedRun(state: State, at: { readonly plan_id: PlanId; readonly step_id: StepId; readonly seat: SeatId }, how: Pick<EndedRun, 'failed' | 'fingerprint' | 'empty'>): EndedRun {
  const seat = state.seats.get(at.seat)?.seat;
  return { plan_id: at.plan_id, key: stepKey(at.plan_id, at.step_id), group: seat?.group ?? at.seat, harness: seat?.harness ?? '', ...how };
}

/** The newest runs with one more, the oldest first. */
export function withRun(recent: readonly EndedRun[], run: EndedRun): readonly EndedRun[] {
  return [...recent, run].slice(-RECENT_RUNS);
}

/** The same, kept. */
export function addRun({ recent }: State, run: EndedRun): void {
  recent.push(run);
  if (recent.length > RECENT_RUNS) recent.shift();
}

/** Forgets what a breaker has acted on: when it closes, only what comes after counts. */
export function forgetRuns(state: State, scope: Scope): void {
  state.recent = state.recent.filter((run) => !covers(scope, run));
}

/** Whether a run is of a scope's work. */
export function covers(scope: Scope, run: EndedRun): boolean {
  const parts = scopeParts(scope);
  switch (parts.kind) {
    case 'all':
      return true;
    case 'plan':
      return parts.plan_id === run.plan_id;
    case 'seat':
      return parts.group === run.group;
    case 'harness':
      return parts.harness === run.harness;
    default:
      return parts satisfies never;
  }
}

/** The scopes that a run is of, the narrowest first. */
export function scopesOfRun({ plan_id, group, harness }: EndedRun): readonly Scope[] {
  return [plan_id, seatScope(group), harnessScope(harness), 'all'];
}
