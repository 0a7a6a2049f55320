import { suggest } from '../../format/suggest.ts';
import { stepKey } from '../../kernel/ids.ts';
import type { PlanId, SeatId, StepId } from '../../kernel/ids.ts';
import type { Input } from '../../kernel/input.ts';
import type { Rejection } from '../../kernel/rejection.ts';
import type { PlanState, StepState } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import type { LedgerSession } from '../ledger/session.ts';

/** What a command is about, by its parts; what is missing is not asked for. */
export interface About {
  readonly plan_id?: PlanId;
  readonly step_id?: StepId;
  readonly seat?: SeatId;
}

/** `did you mean x?` where there is an x, and where all of them stand. */
export function nearest(word: string, candidates: Iterable<string>, all: string): string {
  const meant = suggest(word, candidates);
  return meant === undefined ? all : `did you mean ${meant}? ${all}`;
}

/** A plan of the ledger, loaded. */
export async function findPlan(session: LedgerSession, plan_id: PlanId): Promise<PlanState> {
  await session.ensure(plan_id);
  const plan = session.state.plans.get(plan_id);
  if (plan !== undefined) return plan;
  const unknown = { code: 'PLAN_UNKNOWN', message: `there is no plan ${plan_id} in the ledger`, fix: planFix(session, plan_id) } as const;
  throw new Failure((await refusedAs(session, plan_id, unknown)) ?? unknown);
}

export async function findStep(session: LedgerSession, plan_id: PlanId, step_id: StepId): Promise<{ readonly plan: PlanState; readonly step: StepState }> {
  const plan = await findPlan(session, plan_id);
  const step = plan.steps.get(step_id);
  if (step === undefined) throw new Failure({ code: 'STEP_UNKNOWN', message: `plan ${plan_id} has no step ${step_id}`, fix: stepFix(plan, step_id) });
  return { plan, step };
}

/** Refuses names that nothing bears: an empty answer would be taken for "nothing happened". */
export async function checkNames(session: LedgerSession, { plan_id, step_id, seat }: About): Promise<void> {
  if (plan_id !== undefined) await (step_id === undefined ? findPlan(session, plan_id) : findStep(session, plan_id, step_id));
  if (seat !== undefined && !session.state.seats.has(seat)) throw new Failure({ code: 'SEAT_UNKNOWN', message: `there is no seat ${seat}`, fix: seatFix(session, seat) });
}

/** A "no" about a name, with the nearest one that there is. */
export async function withNearest(session: LedgerSession, input: Input, rejection: Rejection): Promise<Rejection> {
  const named = 'plan_id' in input ? input.plan_id : 'scope' in input ? input.scope : undefined;
  const step_id = 'step_id' in input ? input.step_id : undefined;
  const seat = 'seat' in input ? input.seat : undefined;
  const plan = named === undefined ? undefined : session.state.plans.get(named);
  if (rejection.code === 'PLAN_UNKNOWN' && named !== undefined) return (await refusedAs(session, named, rejection)) ?? { ...rejection, fix: planFix(session, named) };
  if (rejection.code === 'STEP_UNKNOWN' && plan !== undefined && step_id !== undefined) return { ...rejection, fix: stepFix(plan, step_id) };
  if (rejection.code === 'SEAT_UNKNOWN' && typeof seat === 'string') return { ...rejection, fix: seatFix(session, seat) };
  return rejection;
}

/** A plan that the ledger does not know may lie in `_plans`, refused. */
async function refusedAs({ world }: LedgerSession, plan_id: PlanId, rejection: Rejection): Promise<Rejection | undefined> {
  // Reads YAML, which no command should wait for that finds its plan.
  const { refusedPlans } = await import('./refused.ts');
  const refused = (await refusedPlans(world)).find(({ path }) => path.startsWith(`_plans/${plan_id}.plan.`));
  return refused === undefined ? undefined : { ...rejection, message: `${plan_id} is not in the ledger: ${refused.path} was refused: ${refused.faults[0]?.message ?? ''}`, fix: `coo plan lint ${refused.path}` };
}

function planFix(session: LedgerSession, plan_id: string): string {
  return nearest(plan_id, session.state.names.values(), 'all plans: coo plan list');
}

function stepFix({ plan, steps }: PlanState, step_id: string): string {
  const { plan_id } = plan;
  const meant = suggest(step_id, steps.keys());
  return `${meant === undefined ? '' : `did you mean ${stepKey(plan_id, meant)}? `}all its steps: coo plan show ${plan_id}`;
}

function seatFix(session: LedgerSession, seat: string): string {
  const { seats, org } = session.state;
  return nearest(seat, seats.keys(), `all seats: coo status${org?.seats_open === true ? '; a new one joins by a seat.join message: _bus/README.md' : ''}`);
}
