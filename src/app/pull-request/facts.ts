import type { Run } from '../../format/run.ts';
import { parseRun } from '../../format/run.ts';
import type { PlanState, PlanStatus, StepState } from '../../kernel/state.ts';
import { planStatus } from '../../kernel/views.ts';
import type { LedgerSession } from '../ledger/session.ts';
import { findPlan } from '../operations/find.ts';

const RUN_CAP = 67_108_864;

/** One attempt: its receipt, and where that stands in the ledger. */
export interface Attempt {
  readonly path: string;
  readonly run: Run;
}

export interface StepFacts {
  readonly step: StepState;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
}

/** All that a pull request says about a plan. */
export interface PlanFacts {
  /** The ledger's id. */
  readonly ledger: string;
  readonly plan: PlanState;
  readonly status: PlanStatus;
  /** The plan's branch, without `refs/heads/`. */
  readonly branch: string;
  /** The ledger's branch, without `refs/heads/`. */
  readonly ledgerBranch: string;
  readonly steps: readonly StepFacts[];
}

/** Reads a plan and the receipts of its steps from the ledger. Throws PLAN_UNKNOWN. */
export async function planFacts(session: LedgerSession, plan_id: string): Promise<PlanFacts> {
  const plan = await findPlan(session, plan_id);
  const steps: StepFacts[] = [];
  for (const step of plan.steps.values()) {
    const attempts: Attempt[] = [];
    for (const path of step.receipts) {
      const bytes = await session.file(path, RUN_CAP);
      const run = bytes === null ? undefined : parseRun(bytes);
      if (run !== undefined) attempts.push({ path, run });
    }
    steps.push({ step, attempts });
  }
  const short = (ref: string): string => ref.slice('refs/heads/'.length);
  return { ledger: session.state.ledger ?? '', plan, status: planStatus(plan), branch: short(session.refs.plan(plan_id)), ledgerBranch: session.refs.ledger.replace(/^refs\/(?:heads|remotes\/origin)\//, ''), steps };
}

/** The attempt whose change was merged into the plan's branch. */
export function acceptedOf({ step, attempts }: StepFacts): Attempt | undefined {
  return step.accepted === null ? undefined : attempts.findLast(({ run }) => run.result === 'passed');
}
