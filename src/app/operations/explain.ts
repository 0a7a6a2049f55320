import { parseStepKey, stepKey } from '../../kernel/ids.ts';
import { explainPlan, explainStep, planStatus, seatStatus } from '../../kernel/views.ts';
import type { Blocker } from '../../kernel/views.ts';
import { roomFor } from '../../kernel/spending-views.ts';
import type { PlanState, StepState } from '../../kernel/state.ts';
import { Failure } from '../failure.ts';
import { quietOf, quietWords } from '../quiet.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { findStep, nearest } from './find.ts';
import { fromHere } from './from-here.ts';
import { history } from './log.ts';
import type { LogEntry } from './log.ts';
import { drafts } from './plans.ts';
import { roomWords } from '../spent-words.ts';
import { refusedPlans } from './refused.ts';

export interface Explanation {
  readonly schema: 'coo/explain.v1';
  readonly subject: string;
  readonly state: string;
  readonly blockers: readonly Blocker[];
  readonly history: readonly LogEntry[];
}

const HISTORY = 20;

/** Why a plan, a step or a seat is where it is: every unmet criterion, who can meet it, what comes next. */
export async function explain(session: LedgerSession, subject: string): Promise<Explanation> {
  const key = parseStepKey(subject);
  if (key !== undefined) return explainStepOf(session, key.plan_id, key.step_id);
  if (session.state.seats.has(subject)) return explainSeat(session, subject);
  return explainPlanOf(session, subject);
}

async function explainStepOf(session: LedgerSession, plan_id: string, step_id: string): Promise<Explanation> {
  const { plan, step } = await findStep(session, plan_id, step_id);
  const subject = stepKey(plan_id, step_id);
  return { schema: 'coo/explain.v1', subject, state: step.status, blockers: [...budgetBlockers(session, step), ...(await fromHere(session, explainStep(session.state, plan, step))), ...(await quietBlockers(session, subject)), ...(step.status === 'checking' ? await branchBlockers(session, plan) : [])], history: await history(session, { plan_id, step_id, limit: HISTORY }) };
}

/** Of a step that an agent's costs ended: what each cap leaves for another attempt. */
function budgetBlockers({ state, world }: LedgerSession, step: StepState): readonly Blocker[] {
  if (step.status !== 'blocked' || !step.findings.some(({ code }) => code === 'BUDGET_USD' || code === 'BUDGET_TOKENS')) return [];
  const room = roomFor(state, step, world.clock.now());
  return [{ code: 'BUDGET_LEFT', message: `what holds another attempt: ${room.map(roomWords).join('; ')}`, who: 'a person', next: 'raise the one that is short where it is written (budget: of the plan, step or seat, limits: of _plans/coo.yaml), then as the last line says' }];
}

/** An agent that may hang, which the ledger does not know. */
async function quietBlockers({ world, state }: LedgerSession, key: string): Promise<readonly Blocker[]> {
  const claim = state.claims.get(key);
  const quiet = claim === undefined ? undefined : await quietOf(world, state, claim);
  return quiet === undefined ? [] : [{ code: 'AGENT_QUIET', message: quietWords(quiet), who: 'time, or a person', next: `its time ends it; sooner: coo take ${key} --seat <yours> --reason '...'` }];
}

async function explainPlanOf(session: LedgerSession, plan_id: string): Promise<Explanation> {
  await session.ensure(plan_id);
  const plan = session.state.plans.get(plan_id);
  if (plan === undefined) throw await unknown(session, plan_id);
  const steps = [...plan.steps.values()].filter((step) => step.status !== 'done' && step.status !== 'cancelled');
  const blockers = [...explainPlan(session.state, plan), ...(await branchBlockers(session, plan)), ...steps.flatMap((step) => explainStep(session.state, plan, step).map(({ code, message, who, next }) => ({ code, message: `${stepKey(plan_id, step.step_id)}: ${message}`, who, next })))];
  return { schema: 'coo/explain.v1', subject: plan_id, state: planStatus(plan), blockers: unique(await fromHere(session, blockers)), history: await history(session, { plan_id, limit: HISTORY }) };
}

/** Work cannot be merged into a branch that somebody else moved. */
async function branchBlockers(session: LedgerSession, plan: PlanState): Promise<readonly Blocker[]> {
  const { plan_id } = plan.plan;
  const ref = session.refs.plan(plan_id);
  const standing = await session.world.git.ref(ref);
  if (plan.tip === null || standing === plan.tip || planStatus(plan) === 'done' || planStatus(plan) === 'cancelled') return [];
  const branch = ref.slice('refs/heads/'.length);
  return [{ code: 'BRANCH_MOVED', message: `${branch} stands at ${standing ?? 'nothing'}, not at ${plan.tip} where coo left it`, who: 'a person', next: `git branch ${plan_id}-aside ${standing ?? plan.tip} && git update-ref ${ref} ${plan.tip}` }];
}

async function explainSeat(session: LedgerSession, seat: string): Promise<Explanation> {
  const held = session.state.seats.get(seat)?.claim ?? null;
  const blockers: Blocker[] = held === null ? [] : [{ code: 'HOLDS', message: `holds ${held}`, who: seat, next: `coo explain ${held}` }];
  return { schema: 'coo/explain.v1', subject: seat, state: seatStatus(session.state, seat), blockers, history: await history(session, { seat, limit: HISTORY }) };
}

function unique(blockers: readonly Blocker[]): readonly Blocker[] {
  return [...new Map(blockers.map((blocker) => [`${blocker.code} ${blocker.message}`, blocker])).values()];
}

/** What the ledger does not know may still lie in `_plans`. */
async function unknown(session: LedgerSession, subject: string): Promise<Failure> {
  const { world, state } = session;
  const refused = (await refusedPlans(world)).find(({ path }) => path.startsWith(`_plans/${subject}.plan.`));
  if (refused !== undefined) return new Failure({ code: 'PLAN_REFUSED', message: `${subject} is not in the ledger: ${refused.path} was refused: ${refused.faults[0]?.message ?? ''}`, fix: `coo plan lint ${refused.path}` });
  const draft = (await drafts(world, session)).find(({ plan_id }) => plan_id === subject);
  if (draft !== undefined) return new Failure({ code: 'PLAN_DRAFT', message: `${subject} is a draft: it is left alone until it is started`, fix: `coo plan start ${subject}` });
  return new Failure({ code: 'SUBJECT_UNKNOWN', message: `${subject} is no plan, step or seat of this ledger`, fix: nearest(subject, [...state.names.values(), ...state.seats.keys()], 'all plans, steps and seats: coo status') });
}
