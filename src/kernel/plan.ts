import type { PlanId, SeatId, StepId } from './ids.ts';
import type { Allowance } from './org.ts';

export type Priority = 'low' | 'normal' | 'high' | 'urgent';
export type Integrate = 'none' | 'merge' | 'pull_request';

/** A string is run by `sh -c`; an array is an argv. */
export type Cmd = string | readonly string[];

/**
 * A plan as the kernel knows it: checked, durations in milliseconds, defaults left out (an absent field means the default named here).
 */
export interface Plan {
  readonly plan_id: PlanId;
  readonly title: string;
  readonly objective?: string;
  /** Default `normal`. */
  readonly priority?: Priority;
  /** Branch name without `refs/heads/`. Filled in from the organisation before the kernel sees the plan. */
  readonly target: string;
  readonly integrate: Integrate;
  readonly brief?: string;
  readonly template?: string;
  readonly department?: string;
  readonly work_type?: string;
  readonly serves?: readonly string[];
  /** Of all its steps' agents together. */
  readonly budget?: Allowance;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly step_id: StepId;
  readonly objective: string;
  readonly role?: string;
  readonly seat?: SeatId;
  readonly depends_on?: readonly StepId[];
  readonly commands?: readonly Cmd[];
  /** For an agent or a person. A step has commands or a prompt; one with neither is for a person. */
  readonly prompt?: string;
  readonly inputs?: readonly string[];
  /** Paths or globs that the merge candidate must hold. */
  readonly outputs?: readonly string[];
  /** Paths of proofs, stored beside the run receipt, never merged. */
  readonly expected_receipts?: readonly string[];
  readonly checks?: { readonly before?: readonly Cmd[]; readonly after?: readonly Cmd[] };
  readonly gates?: readonly string[];
  readonly approvers?: readonly string[];
  /** Globs of paths the step may change; absent = all but the reserved ones. */
  readonly scope?: readonly string[];
  readonly rollback?: readonly Cmd[];
  readonly sla_ms?: number;
  /** `lines`: added and removed by the change. */
  readonly budget?: { readonly wall_ms?: number; readonly tokens?: number; readonly usd?: number; readonly lines?: number };
  /** `max`: attempts after the first that failed. `non_retryable`: finding codes that end the step at once. */
  readonly retry?: { readonly max?: number; readonly non_retryable?: readonly string[] };
  /** Names of environment variables, of those the organisation allows. */
  readonly env?: readonly string[];
  readonly lease_ms?: number;
}

export const PRIORITY_RANK: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };
