import type { Event, Scope } from '../event.ts';
import type { InputOf } from '../input.ts';
import { reject } from '../rejection.ts';
import type { Decision, Rejection } from '../rejection.ts';
import { namedScope, scopeFlag, scopeParts } from '../scope.ts';
import type { State } from '../state.ts';
import type { Stop } from '../stops.ts';
import { frozenRejection } from './freeze.ts';

/** No new assignments until resumed; what runs goes on. */
export function pauseRule(state: State, input: InputOf<'pause'>): Decision<Event> {
  const unknown = unknownScope(state, input.scope);
  if (unknown !== undefined) return { ok: false, rejection: unknown };
  if (state.paused.has(input.scope)) return reject('UNCHANGED', `${namedScope(input.scope)} is paused`, 'nothing to do');
  return { ok: true, events: [{ type: 'paused', scope: input.scope, by: input.by, reason: input.reason }] };
}

export function resumeRule(state: State, input: InputOf<'resume'>): Decision<Event> {
  if (!state.paused.has(input.scope)) return reject('NOT_PAUSED', `${namedScope(input.scope)} is not paused`, elsewhere([...state.paused.keys()], 'coo resume'));
  return { ok: true, events: [{ type: 'resumed', scope: input.scope, by: input.by, reason: input.reason }] };
}

/** A stop as the domain's "no". */
export function stopRejection(stop: Stop): { readonly ok: false; readonly rejection: Rejection } {
  if (stop.kind === 'frozen') return frozenRejection(stop);
  if (stop.kind === 'unapproved') return reject('APPROVAL_NEEDED', unapproved(stop), `coo approve ${stop.scope}`);
  if (stop.kind === 'target') return { ok: false, rejection: stop.fault };
  const flag = scopeFlag(stop.scope);
  if (stop.kind === 'paused') return reject('PAUSED', `${namedScope(stop.scope)} is paused by ${stop.by}: ${stop.reason}`, `coo resume${flag} --reason '...'`);
  return reject('BREAKER_OPEN', `STOPPED (breaker open) for ${namedScope(stop.scope)}: ${stop.breaker.reason}`, `coo breaker close${flag} --reason '...'`);
}

/** Why a plan has not started: who let it, and how many more have to. */
export function unapproved({ scope, needed, by }: Extract<Stop, { readonly kind: 'unapproved' }>): string {
  const so = by.length === 0 ? '' : `, of whom there ${by.length === 1 ? 'is' : 'are'} ${by.join(', ')}`;
  return `plan ${scope} starts when its text is approved by ${String(needed)} ${needed === 1 ? 'approver' : 'different approvers'}${so}`;
}

export function unknownScope(state: State, scope: Scope): Rejection | undefined {
  const parts = scopeParts(scope);
  const seats = [...state.seats.values()].map(({ seat }) => seat);
  switch (parts.kind) {
    case 'all':
      return undefined;
    case 'plan':
      return state.plans.has(scope) ? undefined : { code: 'PLAN_UNKNOWN', message: `there is no plan ${scope} in the ledger`, fix: 'coo plan list' };
    case 'seat':
      return seats.some(({ group }) => group === parts.group) ? undefined : { code: 'SEAT_UNKNOWN', message: `no seat is called ${parts.group} in coo.yaml; there are ${[...new Set(seats.map(({ group }) => group))].join(', ')}`, fix: 'name it as coo.yaml does, without the number of a count' };
    case 'harness':
      return seats.some(({ harness }) => harness === parts.harness) ? undefined : { code: 'SEAT_UNKNOWN', message: `no seat has harness ${parts.harness}; there are ${[...new Set(seats.map(({ harness }) => harness))].join(', ')}`, fix: 'name one of them' };
    default:
      return parts satisfies never;
  }
}

/** What to add, where a stop was to end that is another one. */
export function elsewhere(scopes: readonly Scope[], command: string): string {
  const ways = scopes.map((scope) => `${command}${scopeFlag(scope)} --reason '...'`);
  return ways.length === 0 ? 'nothing is stopped: coo status' : ways.join(', or ');
}
