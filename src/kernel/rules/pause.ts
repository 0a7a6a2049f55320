import type { Event, Scope } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision, Rejection } from '../rejection.ts';
import type { State } from '../state.ts';
import type { Stop } from '../stops.ts';
import { frozenRejection } from './freeze.ts';

/** No new assignments until resumed; what runs goes on. */
export function pauseRule(state: State, input: InputOf<'pause'>): Decision<Event> {
  const unknown = unknownScope(state, input.scope);
  if (unknown !== undefined) return { ok: false, rejection: unknown };
  if (state.paused.has(input.scope)) return reject('UNCHANGED', `${named(input.scope)} is paused`, 'nothing to do');
  return { ok: true, events: [{ type: 'paused', scope: input.scope, by: input.by, reason: input.reason }] };
}

export function resumeRule(state: State, input: InputOf<'resume'>): Decision<Event> {
  if (!state.paused.has(input.scope)) return reject('NOT_PAUSED', `${named(input.scope)} is not paused`, elsewhere([...state.paused.keys()], 'coo resume'));
  return { ok: true, events: [{ type: 'resumed', scope: input.scope, by: input.by, reason: input.reason }] };
}

/** A stop as the domain's "no". */
export function stopRejection(stop: Stop): { readonly ok: false; readonly rejection: Rejection } {
  if (stop.kind === 'frozen') return frozenRejection(stop);
  const plan = stop.scope === 'all' ? '' : ` --plan ${stop.scope}`;
  if (stop.kind === 'paused') return reject('PAUSED', `${named(stop.scope)} is paused by ${stop.by}: ${stop.reason}`, `coo resume${plan} --reason '...'`);
  return reject('BREAKER_OPEN', `STOPPED (breaker open) for ${named(stop.scope)}: ${stop.breaker.reason}`, `coo breaker close${plan} --reason '...'`);
}

export function unknownScope(state: State, scope: Scope): Rejection | undefined {
  if (scope === 'all' || state.plans.has(scope)) return undefined;
  return { code: 'PLAN_UNKNOWN', message: `there is no plan ${scope} in the ledger`, fix: 'coo plan list' };
}

/** What to add, where a stop was to end that is another one. */
export function elsewhere(scopes: readonly Scope[], command: string): string {
  const ways = scopes.map((scope) => `${command}${scope === 'all' ? '' : ` --plan ${scope}`} --reason '...'`);
  return ways.length === 0 ? 'nothing is stopped: coo status' : ways.join(', or ');
}

export function named(scope: Scope): string {
  return scope === 'all' ? 'all work' : `plan ${scope}`;
}
