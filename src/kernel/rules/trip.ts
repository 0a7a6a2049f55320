import type { BreakerCause, Event, EventOf, Finding, Scope } from '../event.ts';
import type { Millis } from '../ids.ts';
import { stepKey } from '../ids.ts';
import { failingAcrossPlans, failingOf, undoneOf } from '../charges.ts';
import { covers, scopesOfRun, withRun } from '../recent.ts';
import type { EndedRun } from '../ended-run.ts';
import type { State, StepState } from '../state.ts';

/** What a failure means for the breakers. */
interface Failure {
  readonly run: EndedRun;
  readonly at_ms: Millis;
  readonly findings: readonly Finding[];
  /** Scopes whose breaker the same input has opened already. */
  readonly stopped: readonly Scope[];
}

/**
 * Breakers that a failure of this step opens. Distinct steps count, since the last success: `failures` in one plan open the plan's,
 * `failures` over two plans or more open all; a half-open breaker whose trial fails opens again for twice the time. Beyond these an
 * organisation names what it counts in the newest runs: the narrowest scope that explains it is the one that opens.
 */
export function breakerAfterFailure(state: State, step: StepState, { run, at_ms, findings, stopped }: Failure): readonly Event[] {
  const { failures } = state.org?.breaker ?? { failures: 3 };
  const why = findings[0]?.message ?? 'failed';
  const opened: EventOf<'breaker.opened'>[] = [];
  const isOpen = (scope: Scope): boolean => state.breakers.get(scope)?.kind === 'open' || stopped.includes(scope) || opened.some((event) => event.scope === scope);
  const open = (scope: Scope, reason: string, cause?: BreakerCause): void => {
    if (!isOpen(scope)) opened.push(openedFor(state, { scope, reason, at_ms, ...(cause === undefined ? {} : { cause }) }));
  };
  const key = stepKey(step.plan_id, step.step_id);
  const failing = new Set(failingOf(state, step.plan_id)).add(step.step_id);
  if (isProbe(state, step.plan_id, key)) open(step.plan_id, `the trial after the cool-down failed: ${key}: ${why}`);
  else if (failing.size >= failures) open(step.plan_id, `${String(failing.size)} steps of ${step.plan_id} failed since its last success; last ${key}: ${why}`);
  if (isProbe(state, 'all', key)) open('all', `the trial after the cool-down failed: ${key}: ${why}`);
  else if (failingAcrossPlans(state, step.plan_id, failing.size) >= failures) open('all', `${String(failures)} steps over several plans failed since their last success; last ${key}: ${why}`);
  for (const scope of scopesOfRun(run)) if (scope !== 'all' && isProbe(state, scope, key)) open(scope, `the trial after the cool-down failed: ${key}: ${why}`);
  // What is stopped already explains this failure: nothing wider opens for it too.
  if (scopesOfRun(run).some(isOpen)) return opened;
  const [found] = foundIn(state, run);
  if (found !== undefined) open(found.scope, `${found.reason}; last ${key}: ${why}`, found.cause);
  return opened;
}

/** A success closes the half-open breakers that were waiting for this trial; one that takes work back may open its plan's. */
export function breakerAfterSuccess(state: State, step: StepState, at_ms: Millis): readonly Event[] {
  const key = stepKey(step.plan_id, step.step_id);
  const scopes = new Set<Scope>(['all', step.plan_id, ...state.breakers.keys()]);
  const closed = [...scopes].flatMap((scope): readonly Event[] => (isProbe(state, scope, key) ? [{ type: 'breaker.closed', scope, by: 'coo', reason: `the trial after the cool-down passed: ${key}` }] : []));
  const most = state.org?.breaker.undone ?? 0;
  const undone = undoneOf(state, step.plan_id) + 1;
  if (step.undoes === null || most === 0 || undone < most || state.breakers.has(step.plan_id)) return closed;
  return [...closed, openedFor(state, { scope: step.plan_id, reason: `${String(undone)} steps of ${step.plan_id} were accepted and taken back again; last ${step.plan_id}/${step.undoes}`, at_ms, cause: 'undone' })];
}

/** The event of a breaker that opens by itself: for twice the time of the last, if it was not closed since. `at_ms` null: for a person to close. */
export function openedFor(state: State, { scope, reason, at_ms, cause }: { readonly scope: Scope; readonly reason: string; readonly at_ms: Millis | null; readonly cause?: BreakerCause }): EventOf<'breaker.opened'> {
  const trips = (state.breakers.get(scope)?.trips ?? 0) + 1;
  const cooldown_ms = state.org?.breaker.cooldown_ms ?? 600_000;
  return { type: 'breaker.opened', scope, reason, until_ms: at_ms === null ? null : at_ms + cooldown_ms * 2 ** (trips - 1), trips, by: 'coo', ...(cause === undefined ? {} : { cause }) };
}

function isProbe(state: State, scope: Scope, key: string): boolean {
  const breaker = state.breakers.get(scope);
  return breaker?.kind === 'half_open' && breaker.probe === key;
}

interface Found {
  readonly scope: Scope;
  readonly cause: BreakerCause;
  readonly reason: string;
}

/** What the newest runs, this one with them, show. A count that the organisation does not name is not made. */
function foundIn(state: State, run: EndedRun): readonly Found[] {
  const { alike = 0, repeats = 0, empty = 0, rate = 0, window = 0 } = state.org?.breaker ?? {};
  const recent = withRun(state.recent, run);
  const found: Found[] = [];
  if (empty > 0 && allOf(recent.filter((one) => one.group === run.group), empty, (one) => one.empty === true)) {
    found.push({ scope: `seat:${run.group}`, cause: 'empty', reason: `${String(empty)} attempts of seat ${run.group} in a row changed nothing and said nothing` });
  }
  if (run.fingerprint !== '') found.push(...sameFailure(recent, run, alike, repeats));
  const scope = rate > 0 && window > 0 ? scopesOfRun(run).find((one) => isBad(recent.filter((other) => covers(one, other)).slice(-window), rate, window)) : undefined;
  if (scope !== undefined) {
    const of = recent.filter((other) => covers(scope, other)).slice(-window);
    found.push({ scope, cause: 'rate', reason: `${String(of.filter(({ failed }) => failed).length)} of the last ${String(of.length)} runs failed` });
  }
  return found;
}

/** One failure again and again: as the last run of several steps, or of one step many times. */
function sameFailure(recent: readonly EndedRun[], run: EndedRun, alike: number, repeats: number): readonly Found[] {
  const last = new Map(recent.map((one) => [one.key, one]));
  const same = [...last.values()].filter((one) => one.failed && one.fingerprint === run.fingerprint);
  const scope = scopesOfRun(run).find((one) => same.every((other) => covers(one, other)));
  if (alike > 0 && same.length >= alike && scope !== undefined) return [{ scope, cause: 'alike', reason: `${String(same.length)} steps failed in the same way` }];
  if (repeats > 0 && allOf(recent.filter(({ key }) => key === run.key), repeats, (one) => one.failed && one.fingerprint === run.fingerprint)) {
    return [{ scope: run.plan_id, cause: 'repeats', reason: `${run.key} failed ${String(repeats)} times in a row in the same way` }];
  }
  return [];
}

/** Whether the last so many are there and all are so. */
function allOf(runs: readonly EndedRun[], count: number, so: (run: EndedRun) => boolean): boolean {
  return runs.length >= count && runs.slice(-count).every(so);
}

/** Whether so many percent failed; half a window tells enough. */
function isBad(runs: readonly EndedRun[], rate: number, window: number): boolean {
  return runs.length * 2 >= window && runs.filter(({ failed }) => failed).length * 100 >= rate * runs.length;
}
