import type { Digest, Millis } from './ids.ts';
import type { PlanState, State } from './state.ts';

/** An approver's word that one text of a plan may start. */
export interface Approval {
  /** Of the plan's file. Another text wants another word. */
  readonly digest: Digest;
  readonly by: string;
  readonly at_ms: Millis;
}

/** How many different approvers a plan needs before any of its steps is granted: none in dev mode. */
export function approvalsNeeded({ org }: Pick<State, 'org'>): number {
  return org?.mode === 'governed' ? (org.approvals ?? 1) : 0;
}

/** Who approved the text that the plan has now, each once. */
export function approvers({ approvals, digest }: Pick<PlanState, 'approvals' | 'digest'>): ReadonlySet<string> {
  return new Set(approvals.filter((approval) => approval.digest === digest).map(({ by }) => by));
}

/** Who approved this text of a policy file, each once: kept until it is in force. */
export function policyApprovers({ policy_approvals }: Pick<State, 'policy_approvals'>, digest: Digest): ReadonlySet<string> {
  return new Set(policy_approvals.filter((approval) => approval.digest === digest).map(({ by }) => by));
}

export function lacksApproval(state: Pick<State, 'org'>, plan: PlanState): boolean {
  const needed = approvalsNeeded(state);
  return needed > 0 && approvers(plan).size < needed;
}
