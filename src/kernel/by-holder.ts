import { stepKey } from './ids.ts';
import type { Claim, State, StepState } from './state.ts';

/** What whoever holds a step by hand does when its report was given back with findings. */
export function byHolder(state: State, step: StepState, { plan_id, step_id, fence, start }: Claim): string {
  const done = `coo done ${stepKey(plan_id, step_id)} --fence ${String(fence)}`;
  const found = (code: string): boolean => step.findings.some((finding) => finding.code === code);
  if (found('MERGE_CONFLICT')) return `in the worktree of your work: git merge ${state.org?.branch_prefix ?? 'coo'}/${plan_id}; settle what it names, git commit -a, then: ${done} --commit HEAD`;
  if (found('COMMIT_UNRELATED') && start !== null) return `in the worktree of your work: git switch --detach ${start} && git cherry-pick <your commits>; then: ${done} --commit HEAD`;
  return `mend it, then: ${done}`;
}
