import type { Scope } from './event.ts';
import type { PlanId } from './ids.ts';
import type { Seat } from './org.ts';

/** A scope taken apart. No id holds a colon, so the spelling is never ambiguous. */
export type ScopeParts =
  | { readonly kind: 'all' }
  | { readonly kind: 'plan'; readonly plan_id: PlanId }
  | { readonly kind: 'seat'; readonly group: string }
  | { readonly kind: 'harness'; readonly harness: string };

const SEAT = 'seat:';
const HARNESS = 'harness:';

export function scopeParts(scope: Scope): ScopeParts {
  if (scope === 'all') return { kind: 'all' };
  if (scope.startsWith(SEAT)) return { kind: 'seat', group: scope.slice(SEAT.length) };
  if (scope.startsWith(HARNESS)) return { kind: 'harness', harness: scope.slice(HARNESS.length) };
  return { kind: 'plan', plan_id: scope };
}

export function seatScope(group: string): Scope {
  return `${SEAT}${group}`;
}

export function harnessScope(harness: string): Scope {
  return `${HARNESS}${harness}`;
}

/** The scopes that a seat belongs to, whatever it works at. */
export function scopesOfSeat({ group, harness }: Pick<Seat, 'group' | 'harness'>): readonly Scope[] {
  return [seatScope(group), harnessScope(harness)];
}

/** As a sentence says it. */
export function namedScope(scope: Scope): string {
  const parts = scopeParts(scope);
  switch (parts.kind) {
    case 'all':
      return 'all work';
    case 'plan':
      return `plan ${parts.plan_id}`;
    case 'seat':
      return `seat ${parts.group}`;
    case 'harness':
      return `harness ${parts.harness}`;
    default:
      return parts satisfies never;
  }
}

/** As a command takes it: nothing, or ` --plan p`. */
export function scopeFlag(scope: Scope): string {
  return scope === 'all' ? '' : ` --${namedScope(scope)}`;
}
