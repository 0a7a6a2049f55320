import type { Scope } from '../../kernel/event.ts';
import type { Input } from '../../kernel/input.ts';
import { parseStepKey } from '../../kernel/ids.ts';
import type { PlanId, SeatId, StepId, StepKey } from '../../kernel/ids.ts';
import { scopeParts } from '../../kernel/scope.ts';
import { builtOn } from '../../kernel/views.ts';
import { Failure } from '../failure.ts';
import type { Hold, LedgerSession } from '../ledger/session.ts';
import type { LedgerWorld } from '../world.ts';
import { applyByHand, byHand, openLedger } from './by-hand.ts';
import type { Done } from './by-hand.ts';

/** Who types, and why. */
export interface ByHand {
  readonly by: string;
  readonly reason: string;
}

/** Another try for a failed or blocked step; for a plan, another try of its integration. */
export async function retry(world: LedgerWorld, subject: string, who: ByHand): Promise<Done> {
  const at_ms = world.clock.now();
  const key = parseStepKey(subject);
  if (key === undefined) return byHand(world, { type: 'retry_integration', plan_id: subject, ...who, at_ms });
  return byHand(world, { type: 'retry', ...key, ...who, at_ms });
}

/** A person's word against the coordinator's. */
export async function override(world: LedgerWorld, subject: string, to: 'done' | 'failed' | 'blocked', who: ByHand): Promise<Done> {
  return byHand(world, { type: 'override', ...stepOf(subject), to, ...who, at_ms: world.clock.now() });
}

/** A step is not needed any more: what waits for it goes on. */
export async function skip(world: LedgerWorld, subject: string, who: ByHand): Promise<Done> {
  return byHand(world, { type: 'skip', ...stepOf(subject), ...who, at_ms: world.clock.now() });
}

/** A step is kept for a seat; null leaves it to its plan again. */
export async function reassign(world: LedgerWorld, subject: string, seat: SeatId | null, who: ByHand): Promise<Done> {
  return byHand(world, { type: 'reassign', ...stepOf(subject), seat, ...who, at_ms: world.clock.now() });
}

/** What a done step merged is taken back, by a step that runs its `rollback`. */
export async function undo(world: LedgerWorld, subject: string, who: ByHand): Promise<Done> {
  return byHand(world, { type: 'undo', ...stepOf(subject), ...who, at_ms: world.clock.now() });
}

/** What is done and was built on a step that is taken back. */
export function builtOnStep({ state }: LedgerSession, { plan_id, step_id }: { readonly plan_id: PlanId; readonly step_id: StepId }): readonly StepKey[] {
  const plan = state.plans.get(plan_id);
  return plan === undefined ? [] : builtOn(plan, step_id);
}

/** What a step waits to be told. */
export async function answer(world: LedgerWorld, subject: string, text: string, by: string): Promise<Done> {
  return byHand(world, { type: 'answer', ...stepOf(subject), text, by, at_ms: world.clock.now() });
}

export async function cancel(world: LedgerWorld, plan_id: string, who: ByHand): Promise<Done> {
  return byHand(world, { type: 'cancel', plan_id, ...who, at_ms: world.clock.now() });
}

export async function pause(world: LedgerWorld, scope: Scope, who: ByHand): Promise<Done> {
  return inScope(world, scope, { type: 'pause', scope, ...who, at_ms: world.clock.now() });
}

export async function resume(world: LedgerWorld, scope: Scope, who: ByHand): Promise<Done> {
  return inScope(world, scope, { type: 'resume', scope, ...who, at_ms: world.clock.now() });
}

/** `stop`: what is at work in the scope ends as well. */
export async function openBreaker(world: LedgerWorld, scope: Scope, who: ByHand, stop: boolean): Promise<Done> {
  // Who is at work is known of the plans alone that the session holds.
  return inScope(world, scope, { type: 'breaker', scope, action: 'open', ...(stop ? { stop } : {}), ...who, at_ms: world.clock.now() }, stop ? 'open' : 'asked');
}

export async function closeBreaker(world: LedgerWorld, scope: Scope, who: ByHand): Promise<Done> {
  return inScope(world, scope, { type: 'breaker', scope, action: 'close', ...who, at_ms: world.clock.now() });
}

async function inScope(world: LedgerWorld, scope: Scope, input: Input, hold: Hold = 'asked'): Promise<Done> {
  const session = await openLedger(world, hold);
  const parts = scopeParts(scope);
  if (parts.kind === 'plan') await session.ensure(parts.plan_id);
  return applyByHand(session, input);
}

/** `<plan_id>/<step_id>` or a usage failure. */
export function stepOf(subject: string): { readonly plan_id: string; readonly step_id: string } {
  const key = parseStepKey(subject);
  if (key !== undefined) return key;
  throw new Failure({ code: 'USAGE', message: `${subject} does not name a step`, fix: 'write <plan_id>/<step_id>; coo status lists them', exit: 2 });
}
