import type { PlanId, StepKey } from './ids.ts';

/** A run that was accepted, or failed and was charged. */
export interface EndedRun {
  readonly plan_id: PlanId;
  readonly key: StepKey;
  readonly group: string;
  readonly harness: string;
  readonly failed: boolean;
  /** Of one that failed. */
  readonly fingerprint: string;
  readonly empty?: true;
}
